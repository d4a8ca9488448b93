import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient } from '../../generated/client/client/index.ts';
import * as api from '../../generated/client/index.ts';
import { PASSWORD } from '../support/api-client.ts';
import { isFinal, untilFinal } from '../support/final.ts';
import { expectSameBytes } from '../support/same-bytes.ts';
import { type Service, startService } from '../support/service.ts';
import { SMALL_JPEG } from '../support/upload.ts';

const OPERATIONS: api.Operation[] = [
  { operation_type: 'resize', parameters: { width: 32, height: 24, fit: 'cover' } },
  { operation_type: 'convert', parameters: { format: 'webp' } },
];

let service: Service;
let anyone: Client;
beforeAll(async () => {
  service = await startService({
    THROTTLE_ANONYMOUS_PER_MINUTE: '1000',
    THROTTLE_AUTHENTICATED_PER_MINUTE: '1000',
    ANONYMOUS_FILE_BYTES: '100000',
  });
  anyone = createClient({ baseUrl: service.url });
});
afterAll(() => service.stop());

/** The client of a new account. */
async function signedIn(username: string): Promise<{ client: Client; tokens: api.TokenPair }> {
  const account = { username, email: `${username}@example.com`, password: PASSWORD };
  const registered = await api.register({ client: anyone, body: account, throwOnError: true });
  expect(registered.data.data.username).toBe(username);
  const body = { username, password: PASSWORD };
  const { data: tokens } = await api.logIn({ client: anyone, body, throwOnError: true });
  return { client: createClient({ baseUrl: service.url, auth: () => tokens.access }), tokens };
}

/** Uploads with the client. */
function created(client: Client, operations = OPERATIONS, headers: api.CreateImageData['headers'] = {}) {
  const body = { original_image: new File([SMALL_JPEG], 'small.jpg'), operations: JSON.stringify(operations) };
  return api.createImage({ client, body, headers });
}

/** Uploads with the client, and waits for the job. */
async function uploaded(client: Client, operations = OPERATIONS, headers: api.CreateImageData['headers'] = {}) {
  const { data, response } = await created(client, operations, { Prefer: 'wait=20', ...headers });
  const path = { id: data?.id ?? '' };
  const shown = (waiting: { Prefer?: string }) => api.getImage({ client, path, headers: waiting, throwOnError: true });
  return { data: await untilFinal(async (waiting) => (await shown(waiting)).data), response };
}

describe('the generated client', () => {
  test('uploads an image, sees it done, and downloads it', async () => {
    const key = 'a-key-of-the-first-upload';
    const { data: image, response } = await uploaded(anyone, OPERATIONS, { 'Idempotency-Key': key });
    expect(response?.status).toBe(201);
    expect(image).toMatchObject({ status: 'completed', operations: OPERATIONS, result: { format: 'webp', width: 32 } });
    const path = { id: image?.id ?? '' };
    const { data: shown } = await api.getImage({ client: anyone, path });
    expect(shown?.result).toEqual(image?.result);
    const { data: file } = await api.downloadImage({ client: anyone, path, parseAs: 'blob' });
    const exchange = { id: path.id, key, sent: SMALL_JPEG, operations: OPERATIONS, downloaded: file as Blob };
    await expectSameBytes(service, exchange);
  });

  test('resumes a download where it was cut', async () => {
    const { data: image } = await uploaded(anyone);
    const options = { client: anyone, path: { id: image?.id ?? '' }, parseAs: 'blob' } as const;
    const { response } = await api.downloadImage({ ...options, headers: { Range: 'bytes=0-99' } });
    const headers = { Range: 'bytes=100-', 'If-Range': response?.headers.get('etag') ?? '' };
    const rest = await api.downloadImage({ ...options, headers });
    expect(rest.response?.status).toBe(206);
    expect((rest.data as Blob).size).toBe((image?.result?.bytes ?? 0) - 100);
  });

  test('retries safely', async () => {
    const key = { 'Idempotency-Key': 'a-key-of-a-good-length' };
    const first = await uploaded(anyone, OPERATIONS, key);
    const again = await uploaded(anyone, OPERATIONS, key);
    expect(again.data?.id).toBe(first.data?.id);
    expect(again.response?.headers.get('idempotent-replayed')).toBe('true');
  });

  test('follows a job by its events', async () => {
    const { data: image } = await created(anyone);
    const { stream } = await api.watchImage({ client: anyone, path: { id: image?.id ?? '' }, sseMaxRetryAttempts: 1 });
    let shown = image;
    for await (const value of stream) {
      shown = value as api.Image;
      if (isFinal(shown)) break;
    }
    expect(shown?.status).toBe('completed');
  });

  test('lists, page by page, and deletes', async () => {
    const { client } = await signedIn('vera');
    for (const _image of [1, 2, 3]) await uploaded(client, []);
    const { data: first } = await api.listImages({ client, query: { limit: 2, status: 'completed' } });
    expect(first?.results).toHaveLength(2);
    const after = new URL(first?.next ?? '').searchParams.get('after') ?? '';
    const { data: second } = await api.listImages({ client, query: { limit: 2, status: 'completed', after } });
    expect([second?.results.length, second?.next]).toEqual([1, null]);
    const path = { id: second?.results[0]?.id ?? '' };
    expect((await api.deleteImage({ client, path })).response?.status).toBe(204);
    const { error } = await api.getImage({ client, path });
    expect(error).toMatchObject({ code: 'image_not_found', status: 404 });
  });

  test('keeps an account: limits, sessions, refresh, password, log-out, deletion', async () => {
    const { client, tokens } = await signedIn('walter');
    expect((await api.getLimits({ client })).data?.policy).toBe('authenticated');
    expect((await api.getOwnAccount({ client })).data?.username).toBe('walter');
    expect((await api.listSessions({ client })).data?.results).toMatchObject([{ current: true }]);
    const { data: next } = await api.refreshTokens({ client: anyone, body: { refresh: tokens.refresh } });
    expect(next?.access).toEqual(expect.any(String));
    expect((await api.logOut({ client: anyone, body: { refresh: next?.refresh } })).response?.status).toBe(204);
    expect((await api.getOwnAccount({ client })).error).toMatchObject({ code: 'invalid_token' });
    const { data: again } = await api.logIn({ client: anyone, body: { username: 'walter', password: PASSWORD } });
    const renewed = createClient({ baseUrl: service.url, auth: () => again?.access });
    const body = { current_password: PASSWORD, new_password: 'pear-candle-17-heron' };
    expect((await api.changePassword({ client: renewed, body })).response?.status).toBe(204);
    const { data: last } = await api.logIn({
      client: anyone,
      body: { username: 'walter', password: body.new_password },
    });
    const final = createClient({ baseUrl: service.url, auth: () => last?.access });
    const deleted = await api.deleteAccount({ client: final, body: { password: body.new_password } });
    expect(deleted.response?.status).toBe(204);
  });

  test('reads a refusal as a problem with all its faults', async () => {
    const { error, response } = await created(anyone, [
      { operation_type: 'compress', parameters: { quality: 95 } },
      { operation_type: 'resize', parameters: { width: 0, height: 10 } },
    ]);
    expect(response?.status).toBe(400);
    const problem = error as api.Problem;
    expect(problem.code).toBe('validation_failed');
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual([
      '/operations/0/parameters/quality',
      '/operations/1/parameters/width',
    ]);
  });

  test('knows whether the service is up', async () => {
    expect((await api.isLive({ client: anyone })).data).toEqual({ status: 'ok' });
    expect((await api.isReady({ client: anyone })).data).toEqual({ status: 'ok' });
  });
});
