import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ImageDto, ProblemDocument } from '../support/answers.ts';
import { ImagesApi } from '../support/images-api.ts';
import { loseFilesOf, openDownloads } from '../support/inside-service.ts';
import { convert } from '../support/operations.ts';
import { type Service, startService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { SMALL_JPEG } from '../support/upload.ts';

/** Noise: its result is larger than what the sockets on the way hold back. */
const LARGE = await sharp(randomBytes(2400 * 1600 * 3), { raw: { width: 2400, height: 1600, channels: 3 } })
  .jpeg()
  .toBuffer();
const SMALL = new Uint8Array(await SMALL_JPEG.arrayBuffer());

let service: Service;
let member: ImagesApi;
let other: ImagesApi;
let anonymous: ImagesApi;
let image: ImageDto;
let others: ImageDto;
let everyones: ImageDto;
beforeAll(async () => {
  service = await startService({
    THROTTLE_ANONYMOUS_PER_MINUTE: '1000',
    ANONYMOUS_FILE_BYTES: '20000000',
    ANONYMOUS_DOWNLOAD_SECONDS: '86400',
    AUTHENTICATED_DOWNLOAD_SECONDS: '86400',
    THROTTLE_AUTHENTICATED_PER_MINUTE: '1000',
    DOWNLOADS: '3',
    DOWNLOADS_PER_ACCOUNT: '2',
    DOWNLOADS_PER_ADDRESS: '1',
  });
  member = await ImagesApi.ofNewAccount(service, 'member');
  other = await ImagesApi.ofNewAccount(service, 'other');
  anonymous = new ImagesApi(service);
  image = await member.process(LARGE, [convert('png')]);
  others = await other.process(SMALL);
  everyones = await anonymous.process(LARGE, [convert('png')]);
});
afterAll(() => service.stop());

/** Answers that nobody reads. */
let held: Response[] = [];
// No test finds the places of another one taken.
afterEach(hangUp);

async function hold(...answers: Promise<Response>[]): Promise<void> {
  held.push(...(await Promise.all(answers)));
  expect(held.map(({ status }) => status)).toEqual(held.map(() => 200));
}

async function hangUp(): Promise<void> {
  await Promise.all(held.map(({ body }) => body?.cancel()));
  held = [];
  await until(
    () => openDownloads(service),
    (open) => open === 0,
  );
}

async function refusal(answer: Promise<Response>): Promise<[number, string, string, boolean]> {
  const response = await answer;
  const { code, detail } = (await response.json()) as ProblemDocument;
  return [response.status, code, detail, Number(response.headers.get('retry-after')) > 0];
}

test.each(['download/', 'outputs/default/download/', 'archive/'])(
  'of %s and the like a caller is sent as many at once as one may be, and then as many again',
  async (path) => {
    await hold(member.get(`${image.id}/${path}`), member.download(image.id));
    const detail = 'Expected at most 2 downloads at once (limit of signed-in callers), received one more';
    expect(await refusal(member.get(`${image.id}/${path}`))).toEqual([429, 'too_many_downloads', detail, true]);
    expect((await other.download(others.id)).status).toBe(200);
    await hangUp();
    const again = await member.get(`${image.id}/${path}`);
    await again.arrayBuffer();
    expect(again.status).toBe(200);
  },
);

test('an address is sent as many as one may be', async () => {
  await hold(anonymous.download(everyones.id));
  const detail = 'Expected at most 1 downloads at once (limit of anonymous callers), received one more';
  expect(await refusal(anonymous.download(everyones.id))).toEqual([429, 'too_many_downloads', detail, true]);
});

test('what sends no bytes of a result needs no place', async () => {
  await hold(member.download(image.id), member.download(image.id));
  expect((await member.download(image.id, {}, 'HEAD')).status).toBe(200);
  expect((await member.get(`${image.id}/archive/`, {}, 'HEAD')).status).toBe(200);
  const known = { 'If-None-Match': `"${image.result?.sha256}"` };
  expect((await member.download(image.id, known)).status).toBe(304);
  expect((await member.download(image.id, { Range: 'bytes=99999999-' })).status).toBe(416);
});

test('when nobody can be sent one more, all else goes on', async () => {
  await hold(member.download(image.id), member.download(image.id), anonymous.download(everyones.id));
  const detail = 'Expected at most 3 downloads at once (limit of each process of the service), received one more';
  expect(await refusal(other.download(others.id))).toEqual([503, 'downloads_full', detail, true]);
  expect((await other.upload(SMALL)).status).toBe(201);
  expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
  await hangUp();
  expect((await other.download(others.id)).status).toBe(200);
});

test('what cannot be sent gives its place back', async () => {
  const lost = await member.process(SMALL);
  await loseFilesOf(service, lost.id);
  for (let tried = 0; tried < 3; tried += 1)
    expect((await member.download(lost.id)).status).toBeGreaterThanOrEqual(500);
});
