import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MadeApiKeyDto } from '../support/answers.ts';
import { ApiClient, PASSWORD, type TokenPair } from '../support/api-client.ts';
import { disableAccount, storedRecords } from '../support/inside-service.ts';
import { type Service, startService } from '../support/service.ts';
import { SMALL_JPEG, upload } from '../support/upload.ts';
import { beginUpload } from '../support/upload-in-halves.ts';

let service: Service;
let client: ApiClient;
let name: string;
let tokens: TokenPair;
let key: MadeApiKeyDto;
let accounts = 0;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '10000', THROTTLE_AUTHENTICATED_PER_MINUTE: '10000' });
  client = new ApiClient(service.url);
});
beforeEach(async () => {
  accounts += 1;
  name = `sender${accounts}`;
  tokens = await client.newAccount(name);
  const made = { name: 'import', scopes: ['images:read', 'images:write'] };
  key = (await client.as(tokens).post<MadeApiKeyDto>('/accounts/keys/', made)).body;
});
afterAll(() => service.stop());

function formOf(field: string, files: number, texts: Record<string, string> = { operations: '[]' }): FormData {
  const form = new FormData();
  for (let n = 0; n < files; n += 1) form.append(field, SMALL_JPEG, `${n}.jpg`);
  for (const [text, value] of Object.entries(texts)) form.append(text, value);
  return form;
}

const IDEMPOTENT = { 'Idempotency-Key': 'the same request' };
const WAITING = { Prefer: 'wait=20' };

const UPLOADS: readonly [string, string, () => FormData, Record<string, string>][] = [
  ['an image', '/api/images/', () => formOf('original_image', 1), {}],
  ['an image with an idempotency key', '/api/images/', () => formOf('original_image', 1), IDEMPOTENT],
  ['an image that is waited for', '/api/images/', () => formOf('original_image', 1), WAITING],
  ['a batch', '/api/batches/', () => formOf('images', 3), {}],
  ['a batch with an idempotency key', '/api/batches/', () => formOf('images', 3), IDEMPOTENT],
  ['a form at fault', '/api/images/', () => formOf('original_image', 1, { preset: 'unknown' }), {}],
];

const WAYS: readonly [string, () => string, () => Promise<unknown>][] = [
  ['its log-out', () => tokens.access, () => client.post('/accounts/logout/', { refresh: tokens.refresh })],
  [
    'a change of its password',
    () => tokens.access,
    () =>
      client
        .as(tokens)
        .post('/accounts/password/', { current_password: PASSWORD, new_password: 'another thousand words' }),
  ],
  ['the revocation of its key', () => key.key, () => client.as(tokens).delete(`/accounts/keys/${key.id}/`)],
  ['the end of its account', () => key.key, () => disableAccount(service, name)],
  ['its deletion', () => tokens.access, () => client.as(tokens).post('/accounts/delete/', { password: PASSWORD })],
];

describe.each(WAYS)('an upload that is under way at %s', (_way, credential, shutOut) => {
  test.each(UPLOADS)('is refused, and leaves nothing: %s', async (_upload, path, form, headers) => {
    const before = await storedRecords(service);
    const finish = await beginUpload(`${service.url}${path}`, form(), {
      ...headers,
      Authorization: `Bearer ${credential()}`,
    });
    await shutOut();
    expect(await finish()).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="imagepro", error="invalid_token"' },
      body: { code: 'invalid_token' },
    });
    expect(await storedRecords(service)).toEqual(before);
    expect(await service.storedFiles()).toEqual([]);
  });
});

test('what an idempotency key has made before is not told to whoever is shut out meanwhile', async () => {
  const headers = { ...IDEMPOTENT, Authorization: `Bearer ${tokens.access}` };
  expect((await upload(service, { headers, name: '0.jpg' })).status).toBe(201);
  const finish = await beginUpload(`${service.url}/api/images/`, formOf('original_image', 1), headers);
  await client.post('/accounts/logout/', { refresh: tokens.refresh });
  expect(await finish()).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
});

test('a token that expires while its upload is under way is good for it still', async () => {
  const headers = { Authorization: `Bearer ${tokens.access}` };
  const finish = await beginUpload(`${service.url}/api/images/`, formOf('original_image', 1), headers);
  service.clock.advance(tokens.expires_in + 1);
  expect(await finish()).toMatchObject({ status: 201 });
});
