import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ImagesApi } from '../support/images-api.ts';
import { convert, resize } from '../support/operations.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';

/** The image resource. */
type ImageDto = Awaited<ReturnType<ImagesApi['show']>>;

const jpeg = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());
const OUTPUTS = [
  { name: 'large', operations: [resize(200, 150)] },
  { name: 'small', operations: [resize(100, 50), convert('webp')] },
  { name: 'default', operations: [] },
];

let service: Service;
let member: ImagesApi;
let anonymous: ImagesApi;
let accounts = 0;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '10000', THROTTLE_AUTHENTICATED_PER_MINUTE: '10000' });
  anonymous = new ImagesApi(service);
});
beforeEach(async () => {
  accounts += 1;
  member = await ImagesApi.ofNewAccount(service, `outputs${accounts}`);
});
afterAll(() => service.stop());

/** A form with a picture, and these fields as JSON; text stays as it is. */
function formWith(fields: Record<string, unknown>, bytes: Uint8Array = jpeg): FormData {
  const form = new FormData();
  form.append('original_image', new Blob([bytes as Uint8Array<ArrayBuffer>]), 'holiday.jpg');
  for (const [name, value] of Object.entries(fields))
    form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  return form;
}

async function completed(outputs: unknown = OUTPUTS): Promise<ImageDto> {
  const response = await member.post(formWith({ outputs }));
  expect(response.status).toBe(201);
  return member.whenFinal(((await response.json()) as ImageDto).id);
}

/** The faults of a 400. */
async function faultsOf(answer: Promise<Response>): Promise<unknown[]> {
  const response = await answer;
  expect(response.status).toBe(400);
  const { errors } = (await response.json()) as { errors: { pointer: string; code: string; detail: string }[] };
  return errors.map(({ pointer, code, detail }) => [pointer, code, detail]);
}

describe('one upload with several outputs', () => {
  test('is one job, whose outputs are in the order asked for, each with its own result', async () => {
    const job = await completed();
    expect(job).toMatchObject({ status: 'completed', error: null });
    expect(job.outputs.map(({ name, operations, error, result }) => ({ name, operations, error, result }))).toEqual([
      { name: 'large', operations: OUTPUTS[0]?.operations, error: null, result: job.result },
      {
        name: 'small',
        operations: OUTPUTS[1]?.operations,
        error: null,
        result: expect.objectContaining({ format: 'webp', width: 100, height: 50 }),
      },
      {
        name: 'default',
        operations: [],
        error: null,
        result: expect.objectContaining({ format: 'jpg', width: 400, height: 300 }),
      },
    ]);
    expect([job.operations, job.result?.width]).toEqual([OUTPUTS[0]?.operations, 200]);
    expect(job.download_url).toBe(`${job.detail_url}download/`);
  });

  test('warns of each output by itself, with pointers into the request', async () => {
    const job = await completed();
    expect(job.outputs.map(({ warnings }) => warnings.map(({ code, pointer }) => [code, pointer]))).toEqual([
      [],
      [['proportions_changed', '/outputs/1/operations/0']],
      [],
    ]);
    expect(job.warnings).toEqual([]);
  });

  test('gives each at an address of its own, with a name of its own', async () => {
    const job = await completed();
    const names = ['holiday-large.jpg', 'holiday-small.webp', 'holiday-default.jpg'];
    for (const [index, { name, download_url, result }] of job.outputs.entries()) {
      expect(download_url).toBe(`${job.detail_url}outputs/${name}/download/`);
      const response = await member.get(`${job.id}/outputs/${name}/download/`);
      const bytes = Buffer.from(await response.arrayBuffer());
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      expect([response.status, sha256]).toEqual([200, result?.sha256]);
      expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${names[index]}"`);
      expect(response.headers.get('etag')).toBe(`"${sha256}"`);
      expect(await sharp(bytes).metadata()).toMatchObject({ width: result?.width, height: result?.height });
    }
    const top = await member.download(job.id);
    expect(top.headers.get('etag')).toBe(`"${job.result?.sha256}"`);
    expect(top.headers.get('content-disposition')).toBe('attachment; filename="holiday.jpg"');
    await top.arrayBuffer();
  });

  test('a download has all that one has: ranges, HEAD and 304', async () => {
    const { id, outputs } = await completed();
    const path = `${id}/outputs/small/download/`;
    const whole = Buffer.from(await (await member.get(path)).arrayBuffer());
    const part = await member.get(path, { Range: 'bytes=5-14' });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, whole.subarray(5, 15)]);
    const head = await member.get(path, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(outputs[1]?.result?.bytes)]);
    const known = await member.get(path, { 'If-None-Match': `"${outputs[1]?.result?.sha256}"` });
    expect(known.status).toBe(304);
  });

  test('the first download of any of them shortens the window of all', async () => {
    const job = await completed();
    const end = new Date(job.download_expires_at as string).getTime();
    await (await member.get(`${job.id}/outputs/small/download/`)).arrayBuffer();
    const shown = await member.show(job.id);
    expect(new Date(shown.download_expires_at as string).getTime()).toBe(end - 3600_000 + 300_000);
    service.clock.advance(301);
    for (const name of ['large', 'small', 'default'])
      expect((await member.get(`${job.id}/outputs/${name}/download/`)).status).toBe(410);
    const expired = await member.show(job.id);
    expect(expired.status).toBe('expired');
    expect(expired.outputs.map(({ download_url, result }) => [download_url, result !== null])).toEqual(
      OUTPUTS.map(() => [null, true]),
    );
  });

  test('is erased as a whole', async () => {
    const job = await completed();
    // The original goes a moment after the end of the job.
    await expect.poll(() => service.storedFiles(job.id)).toHaveLength(3);
    expect((await member.remove(job.id)).status).toBe(204);
    expect(await service.storedFiles(job.id)).toEqual([]);
    expect((await member.get(`${job.id}/outputs/large/download/`)).status).toBe(404);
  });

  test('that nobody else may see', async () => {
    const job = await completed();
    const other = await ImagesApi.ofNewAccount(service, `stranger${accounts}`);
    for (const api of [other, anonymous])
      expect(await problem(api.get(`${job.id}/outputs/large/download/`))).toEqual([404, 'image_not_found']);
  });

  test('has no other outputs', async () => {
    const job = await completed();
    for (const name of ['huge', 'LARGE', '..%2Flarge', 'toString'])
      expect(await problem(member.get(`${job.id}/outputs/${name}/download/`))).toEqual([404, 'output_not_found']);
  });

  test('fails when its picture cannot be decoded, and says so of every output', async () => {
    const cut = jpeg.subarray(0, Math.floor(jpeg.length * 0.6));
    const response = await member.post(formWith({ outputs: OUTPUTS }, cut));
    const job = await member.whenFinal(((await response.json()) as ImageDto).id);
    expect(job).toMatchObject({ status: 'failed', error: { code: 'image_truncated' }, result: null });
    expect(job.outputs.map(({ error }) => error)).toEqual(OUTPUTS.map(() => job.error));
    expect(await problem(member.get(`${job.id}/outputs/large/download/`))).toEqual([409, 'image_not_ready']);
  });
});

async function problem(answer: Promise<Response>): Promise<[number, string]> {
  const response = await answer;
  return [response.status, ((await response.json()) as { code: string }).code];
}

test('a job with operations alone has one output, whatever its caller', async () => {
  for (const api of [member, anonymous]) {
    const job = await api.process(jpeg, [resize(20, 10)]);
    expect(job.outputs).toEqual([
      {
        name: 'default',
        operations: job.operations,
        result: job.result,
        warnings: job.warnings,
        error: null,
        download_url: `${job.detail_url}outputs/default/download/`,
      },
    ]);
    expect(job.warnings).toMatchObject([{ code: 'proportions_changed', pointer: '/operations/0' }]);
    expect((await api.get(`${job.id}/outputs/default/download/`)).status).toBe(200);
  }
});

describe('what is refused', () => {
  test('outputs of an anonymous caller', async () => {
    expect(await faultsOf(anonymous.post(formWith({ outputs: OUTPUTS })))).toEqual([
      [
        '/outputs',
        'account_required',
        'Expected operations from an anonymous caller, received outputs: only accounts can use it',
      ],
    ]);
  });

  test('operations and outputs together', async () => {
    expect(await faultsOf(member.post(formWith({ operations: [], outputs: OUTPUTS })))).toEqual([
      ['/outputs', 'invalid_value', 'Expected one of operations, outputs and preset, received operations and outputs'],
    ]);
  });

  test.each([
    ['none', [], '/outputs', 'invalid_value'],
    ['eleven', Array.from({ length: 11 }, (_, n) => ({ name: `n${n}`, operations: [] })), '/outputs', 'invalid_value'],
    ['two of one name', [OUTPUTS[0], OUTPUTS[0]], '/outputs/1/name', 'name_taken'],
    ['a bad name', [{ name: 'Large!', operations: [] }], '/outputs/0/name', 'invalid_value'],
    [
      'a bad parameter',
      [OUTPUTS[0], { name: 'b', operations: [{ operation_type: 'resize', parameters: { width: 0, height: 5 } }] }],
      '/outputs/1/operations/0/parameters/width',
      'invalid_value',
    ],
    ['no JSON', 'large', '/outputs', 'invalid_json'],
  ])('%s', async (_words, outputs, pointer, code) => {
    expect(await faultsOf(member.post(formWith({ outputs })))).toEqual([[pointer, code, expect.any(String)]]);
  });

  test('a size beyond the limit, at its operation', async () => {
    const outputs = [OUTPUTS[0], { name: 'huge', operations: [resize(9000, 9000)] }];
    expect(await faultsOf(member.post(formWith({ outputs })))).toEqual([
      ['/outputs/1/operations/0', 'over_limit', expect.stringContaining('limit of signed-in callers')],
    ]);
  });

  test('outputs that are too large together', async () => {
    const outputs = ['a', 'b', 'c'].map((name) => ({ name, operations: [resize(5000, 4000)] }));
    expect(await faultsOf(member.post(formWith({ outputs })))).toEqual([
      [
        '/outputs',
        'over_limit',
        'Expected outputs of at most 50 MP together (limit of signed-in callers), received ones that compute to 60 MP',
      ],
    ]);
  });
});

test('an idempotency key is for one picture with one list of outputs', async () => {
  const send = (outputs: unknown) => member.post(formWith({ outputs }), { 'Idempotency-Key': 'one' });
  const first = (await (await send(OUTPUTS)).json()) as ImageDto;
  const again = await send(OUTPUTS);
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
  expect(((await again.json()) as ImageDto).id).toBe(first.id);
  expect(await problem(send(OUTPUTS.slice(1)))).toEqual([422, 'idempotency_key_reused']);
  expect(await problem(send(OUTPUTS.map((output) => ({ ...output, name: `${output.name}2` }))))).toEqual([
    422,
    'idempotency_key_reused',
  ]);
});
