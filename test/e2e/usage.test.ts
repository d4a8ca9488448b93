import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MadeApiKeyDto, UsageReportDto } from '../support/answers.ts';
import { ApiClient, PASSWORD, refusal, type TokenPair } from '../support/api-client.ts';
import { ImagesApi } from '../support/images-api.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';

const DAY = 86_400;
const BLUR = { operation_type: 'filter', parameters: { type: 'blur' } };
const WEBP = { operation_type: 'convert', parameters: { format: 'webp' } };
const NOTHING = {
  images: 0,
  outputs: 0,
  failed: 0,
  source_bytes: 0,
  result_bytes: 0,
  source_pixels: 0,
  processing_ms: 0,
};

let service: Service;
let client: ApiClient;
let picture: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  const many = { THROTTLE_ANONYMOUS_PER_MINUTE: '10000', THROTTLE_AUTHENTICATED_PER_MINUTE: '10000' };
  service = await startService(many);
  client = new ApiClient(service.url);
  picture = new Uint8Array(await image(photograph(64, 48)).jpeg().toBuffer());
});
afterAll(() => service.stop());

let accounts = 0;
let tokens: TokenPair;
let images: ImagesApi;
beforeEach(async () => {
  accounts += 1;
  tokens = await client.newAccount(`user${accounts}`);
  images = new ImagesApi(service, tokens);
});

const today = () => service.clock.now().toISOString().slice(0, 10);
const ask = (query = '') => client.as(tokens).get<UsageReportDto>(`/api/usage/${query}`);
async function usage(query?: string): Promise<UsageReportDto> {
  const { status, body } = await ask(query);
  expect(status).toBe(200);
  return body;
}

describe('usage', () => {
  test('is what the images came to, also of those that failed or are deleted', async () => {
    const [one, two] = [await images.process(picture, [BLUR]), await images.process(picture, [WEBP])];
    const broken = await images.process(picture.slice(0, picture.length - 200), [WEBP]);
    expect([one, two, broken].map(({ status }) => status)).toEqual(['completed', 'completed', 'failed']);
    expect((await images.remove(one.id)).status).toBe(204);
    const sum = (of: 'bytes' | 'processing_ms') => (one.result?.[of] ?? 0) + (two.result?.[of] ?? 0);
    const total = {
      images: 3,
      outputs: 2,
      failed: 1,
      source_bytes: 3 * picture.length - 200,
      result_bytes: sum('bytes'),
      source_pixels: 3 * 64 * 48,
      processing_ms: sum('processing_ms'),
    };
    expect(await usage()).toEqual({ results: [{ period: today(), ...total }], total });
  });

  test('is of the day on which the job ended, and thirty days are told of by themselves', async () => {
    await images.process(picture);
    const first = today();
    service.clock.advance(29 * DAY);
    tokens = await client.logIn(`user${accounts}`);
    images = new ImagesApi(service, tokens);
    await images.process(picture);
    const last = today();
    expect((await usage()).results).toMatchObject([{ period: first }, { period: last }]);
    expect((await usage(`?from=${last}`)).results).toMatchObject([{ period: last, images: 1 }]);
    expect((await usage(`?to=${first}`)).results).toMatchObject([{ period: first, images: 1 }]);
    expect((await usage(`?from=${first}&to=${last}&group_by=day`)).total.images).toBe(2);
    service.clock.advance(DAY);
    tokens = await client.logIn(`user${accounts}`);
    expect((await usage()).results).toMatchObject([{ period: last }]);
    expect(await usage(`?from=${today()}`)).toEqual({ results: [], total: NOTHING });
  });

  test('is told by operation, where an image counts with each that it asked for', async () => {
    await images.process(picture, [BLUR, WEBP, BLUR]);
    await images.process(picture, [BLUR]);
    await images.process(picture, []);
    const { results, total } = await usage('?group_by=operation');
    expect(results).toMatchObject([
      { operation: 'convert', images: 1 },
      { operation: 'filter', images: 2 },
    ]);
    expect(total.images).toBe(3);
  });

  test('is told by key, also to a program whose key may read it', async () => {
    const made = async (scopes: string[]) =>
      (await client.as(tokens).post<MadeApiKeyDto>('/accounts/keys/', { name: 'x', scopes })).body;
    const [uploads, reads] = [await made(['images:write', 'images:read']), await made(['usage:read'])];
    const program = new ImagesApi(service, { ...tokens, access: uploads.key });
    await program.process(picture);
    await program.process(picture);
    await images.process(picture);
    await client.as(tokens).delete(`/accounts/keys/${uploads.id}/`);
    const answer = await client.as({ access: reads.key }).get<UsageReportDto>('/api/usage/?group_by=key');
    expect(answer.body.results).toMatchObject([
      { key: null, images: 1 },
      { key: uploads.prefix, images: 2 },
    ]);
    expect(answer.body.total.images).toBe(3);
    expect(refusal(await client.as({ access: reads.key }).get('/api/images/'))).toEqual([403, 'missing_scope']);
  });

  test("is nobody else's, and nobody's at all without an account", async () => {
    await images.process(picture);
    await new ImagesApi(service).process(picture);
    expect((await usage()).total.images).toBe(1);
    const stranger = client.as(await client.newAccount(`stranger${accounts}`));
    expect((await stranger.get<UsageReportDto>('/api/usage/')).body).toEqual({ results: [], total: NOTHING });
    expect(refusal(await client.get('/api/usage/'))).toEqual([401, 'not_authenticated']);
  });

  test('is not inherited by whoever takes the name of an account that is deleted', async () => {
    await images.process(picture);
    expect((await client.as(tokens).post('/accounts/delete/', { password: PASSWORD })).status).toBe(204);
    tokens = await client.newAccount(`user${accounts}`);
    expect((await usage()).total).toEqual(NOTHING);
  });

  test.each<[string, string, string]>([
    ['a day that there is not', '?from=2025-02-30', '/from'],
    ['a moment', '?from=2026-01-01T00:00:00Z', '/from'],
    ['no day', '?from=', '/from'],
    ['a word', '?to=today', '/to'],
    ['a day before our time', '?to=1969-12-31', '/to'],
    ['two days for one', '?to=2026-01-01&to=2026-01-02', '/to'],
    ['a NUL', '?from=%00', '/from'],
    ['an end before the beginning', '?from=2026-01-02&to=2026-01-01', '/from'],
    ['401 days', '?from=2024-11-27&to=2026-01-01', '/from'],
    ['another grouping', '?group_by=month', '/group_by'],
    ['a grouping that every object has', '?group_by=constructor', '/group_by'],
    ['an empty grouping', '?group_by=', '/group_by'],
  ])('is not told for %s', async (_case, query, pointer) => {
    const answer = await ask(query);
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed', errors: [{ pointer }] });
    expect(answer.text).toMatch(/Expected .* for \w+, received/);
  });

  test('is told for 400 days, and for all faults at once', async () => {
    expect((await ask('?from=2024-11-28&to=2026-01-01')).status).toBe(200);
    const { body } = await ask('?from=x&to=y&group_by=z');
    expect(body).toMatchObject({ errors: [{ pointer: '/from' }, { pointer: '/to' }, { pointer: '/group_by' }] });
  });
});
