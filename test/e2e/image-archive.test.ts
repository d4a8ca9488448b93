import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImageDto, MadeApiKeyDto, ProblemDocument } from '../support/answers.ts';
import { ApiClient, type TokenPair } from '../support/api-client.ts';
import { ImagesApi } from '../support/images-api.ts';
import { compressTo, convert, resize } from '../support/operations.ts';
import { pauseWork, resumeWork } from '../support/paused-work.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';
import { unpackedAnswer } from '../support/unpacked-zip.ts';

const jpeg = await image(photograph(400, 300)).jpeg().toBuffer();
const OUTPUTS = [
  { name: 'large', operations: [resize(200, 150)] },
  { name: 'small', operations: [resize(100, 75), convert('webp')] },
];

let service: Service;
let folder: string;
let tokens: TokenPair;
let member: ImagesApi;
let anonymous: ImagesApi;
beforeAll(async () => {
  service = await startService({
    THROTTLE_ANONYMOUS_PER_MINUTE: '10000',
    THROTTLE_AUTHENTICATED_PER_MINUTE: '10000',
    ACCESS_TOKEN_SECONDS: '86400',
  });
  folder = await mkdtemp(join(tmpdir(), 'image-archive-'));
  tokens = await new ApiClient(service.url).newAccount('archivist');
  member = new ImagesApi(service, tokens);
  anonymous = new ImagesApi(service);
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

async function submitted(outputs: readonly object[] = OUTPUTS, name = 'holiday.jpg', bytes = jpeg): Promise<ImageDto> {
  const form = new FormData();
  form.append('original_image', new Blob([new Uint8Array(bytes)]), name);
  form.append('outputs', JSON.stringify(outputs));
  const response = await member.post(form);
  expect(response.status).toBe(201);
  return (await response.json()) as ImageDto;
}

const made = async (...sent: Parameters<typeof submitted>) => member.whenFinal((await submitted(...sent)).id);
const archiveOf = ({ id }: ImageDto, api = member) => api.get(`${id}/archive/`);

async function problem(answer: Promise<Response>): Promise<[number, string]> {
  const response = await answer;
  return [response.status, ((await response.json()) as ProblemDocument).code];
}

/** Seconds until the window ends, as the resource tells. */
async function windowOf({ id }: ImageDto): Promise<number> {
  const { download_expires_at: end } = await member.show(id);
  return Math.round((Date.parse(end as string) - service.clock.now().getTime()) / 1000);
}

test('holds every output as it was made, stored, under a name of its own', async () => {
  const job = await made();
  const response = await member.get(`${job.id}/archive/`, { Range: 'bytes=0-9' });
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-disposition': 'attachment; filename="holiday.zip"',
    'accept-ranges': 'none',
    'x-content-type-options': 'nosniff',
  });
  const entries = await unpackedAnswer(response, folder);
  expect(entries.map(({ name, isStored }) => [name, isStored])).toEqual([
    ['holiday-large.jpg', true],
    ['holiday-small.webp', true],
  ]);
  const digests = entries.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'));
  expect(digests).toEqual(job.outputs.map(({ result }) => result?.sha256));
  expect(await sharp(entries[1]?.bytes).metadata()).toMatchObject({ format: 'webp', width: 100, height: 75 });
});

test.each([
  ['../../etc/passwd.jpg', ['passwd-large.jpg', 'passwd-small.webp']],
  ['CON.jpg', ['_CON-large.jpg', '_CON-small.webp']],
  ['Ferien: 写真?.jpg', ['Ferien_ 写真_-large.jpg', 'Ferien_ 写真_-small.webp']],
])('of %j has names that are safe everywhere', async (name, names) => {
  const entries = await unpackedAnswer(await archiveOf(await made(OUTPUTS, name)), folder);
  expect(entries.map((entry) => entry.name)).toEqual(names);
});

test('names the outputs that failed', async () => {
  const job = await made([...OUTPUTS, { name: 'tiny', operations: [compressTo(1000)] }]);
  expect(job.outputs[2]?.error?.code).toBe('cannot_be_so_small');
  const entries = await unpackedAnswer(await archiveOf(job), folder);
  expect(entries.map(({ name }) => name)).toEqual(['holiday-large.jpg', 'holiday-small.webp', 'missing.txt']);
  expect(entries[2]?.bytes.toString()).toBe(`holiday.jpg (tiny): failed: ${job.outputs[2]?.error?.detail}\n`);
});

test('names an output that is called default like any other', async () => {
  const outputs = ['default', 'thumb'].map((name) => ({ name, operations: [] }));
  const entries = await unpackedAnswer(await archiveOf(await made(outputs)), folder);
  expect(entries.map(({ name }) => name)).toEqual(['holiday-default.jpg', 'holiday-thumb.jpg']);
});

test('of a job with operations alone holds its one result, for anonymous callers too', async () => {
  const job = await anonymous.process(jpeg, [convert('webp')], 'cat.jpg');
  const entries = await unpackedAnswer(await archiveOf(job, anonymous), folder);
  expect(entries.map(({ name }) => name)).toEqual(['cat.webp']);
});

test('counts as a download of all outputs when it has been taken whole, and as ten of the bucket', async () => {
  const job = await made();
  const left = (answer: Response) => Number(/^"download";r=(\d+)/.exec(answer.headers.get('ratelimit') as string)?.[1]);
  const head = await member.get(`${job.id}/archive/`, {}, 'HEAD');
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'application/zip']);
  expect(await windowOf(job)).toBeGreaterThan(3000);
  const first = await archiveOf(job);
  await first.arrayBuffer();
  expect(await windowOf(job)).toBe(300);
  service.clock.advance(10);
  const second = await archiveOf(job);
  await second.arrayBuffer();
  expect([left(head) - left(first), left(first) - left(second), await windowOf(job)]).toEqual([10, 10, 290]);
  const output = await member.get(`${job.id}/outputs/large/download/`);
  await output.arrayBuffer();
  expect(left(second) - left(output)).toBe(1);
});

test('is a 410 once the window is over, and a 404 once the job is erased', async () => {
  const [expired, erased] = [await made(), await made()];
  await (await member.get(`${expired.id}/outputs/small/download/`)).arrayBuffer();
  service.clock.advance(301);
  expect(await problem(archiveOf(expired))).toEqual([410, 'image_expired']);
  expect((await member.remove(erased.id)).status).toBe(204);
  expect(await problem(archiveOf(erased))).toEqual([404, 'image_not_found']);
});

test('lacks the files whose turn comes after the window, though it began within it', async () => {
  // Together more than the kernel's buffers between the two take.
  const outputs = Array.from({ length: 10 }, (_, n) => ({
    name: `large-${n}`,
    operations: [resize(1200, 900), convert('png')],
  }));
  const { id } = await made(outputs, 'slow.jpg', await image(photograph(1200, 900)).jpeg().toBuffer());
  const headers = { Authorization: `Bearer ${tokens.access}` };
  const asked = get(`${service.url}/api/images/${id}/archive/`, { headers });
  // Not a byte of it is asked for until then.
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  service.clock.advance(await windowOf(await member.show(id)));
  const bytes = new Uint8Array(Buffer.concat(await answer.toArray()));
  const type = { 'Content-Type': String(answer.headers['content-type']) };
  const entries = await unpackedAnswer(new Response(bytes, { headers: type }), folder);
  const [first, last] = [entries.at(0), entries.at(-1)];
  expect([first?.name, last?.name]).toEqual(['slow-large-0.png', 'missing.txt']);
  expect(last?.bytes.toString()).toContain('slow-large-9.png: its download window ended while the archive was sent\n');
});

test('is a 409 before the job is done, and when it failed', async () => {
  await pauseWork(service);
  const job = await submitted();
  expect(await problem(archiveOf(job))).toEqual([409, 'image_not_ready']);
  await resumeWork(service);
  await member.whenFinal(job.id);
  expect((await unpackedAnswer(await archiveOf(job), folder)).length).toBe(2);
  const failed = await made(OUTPUTS, 'cut.jpg', jpeg.subarray(0, Math.floor(jpeg.length * 0.6)));
  expect(await problem(archiveOf(failed))).toEqual([409, 'image_not_ready']);
});

test('is for those who may see the job', async () => {
  const job = await made();
  const stranger = await ImagesApi.ofNewAccount(service, 'stranger');
  for (const api of [stranger, anonymous]) expect(await problem(archiveOf(job, api))).toEqual([404, 'image_not_found']);
  const keyFor = async (scope: string) => {
    const { body } = await new ApiClient(service.url)
      .as(tokens)
      .post<MadeApiKeyDto>('/accounts/keys/', { name: scope, scopes: [scope] });
    return new ImagesApi(service, { ...tokens, access: body.key });
  };
  expect(await problem(archiveOf(job, await keyFor('images:write')))).toEqual([403, 'missing_scope']);
  expect((await unpackedAnswer(await archiveOf(job, await keyFor('images:read')), folder)).length).toBe(2);
});

test('can be taken twice at once', async () => {
  const job = await made();
  const both = await Promise.all([archiveOf(job), archiveOf(job)]);
  const files = await Promise.all(both.map((response) => unpackedAnswer(response, folder)));
  expect(files[0]).toEqual(files[1]);
});
