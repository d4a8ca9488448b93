import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient, PASSWORD, refusal, type TokenPair } from '../support/api-client.ts';
import { type Service, startService } from '../support/service.ts';
import { SMALL_JPEG } from '../support/upload.ts';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

let service: Service;
let client: ApiClient;
let tokens: TokenPair;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '10000', THROTTLE_AUTHENTICATED_PER_MINUTE: '10000' });
  client = new ApiClient(service.url);
  tokens = await client.newAccount('reader');
});
afterAll(() => service.stop());

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

function sendBytes(path: string, type: string, text: string) {
  return client.send<never>(path, { method: 'POST', headers: { 'Content-Type': type }, body: bytesOf(text) });
}

describe('a text that is none', () => {
  test('is refused with its field: a lone surrogate in JSON', async () => {
    for (const half of ['\\ud800', '\\udbff', '\\udc00']) {
      const body = `{"username":"torn","email":"torn@example.com","password":"abcdefg${half}hijk"}`;
      const answer = await client.sendText('/accounts/register/', body);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/password' }] } });
      expect(answer.text).not.toContain('abcdefg');
    }
    const whole = { username: 'whole', email: 'whole@example.com', password: 'abcdefg\u{1f5bc}hijk' };
    expect((await client.post('/accounts/register/', whole)).status).toBe(201);
  });

  test.each<[string, string, string]>([
    ['JSON', JSON_TYPE, '{"username":"reader","password":"a\xff"}'],
    ['a form', FORM_TYPE, 'username=reader&password=a\xff'],
    ['a form that escapes it', FORM_TYPE, 'username=reader&password=a%FF'],
    ['a form that escapes a surrogate', FORM_TYPE, 'username=reader&password=a%ED%A0%80'],
    [
      'a multipart form',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\na\xff\r\n--b--\r\n',
    ],
  ])('is refused: bytes that are no UTF-8 in %s', async (_kind, type, text) => {
    const answer = await sendBytes('/accounts/login/', type, text);
    expect(refusal(answer)).toEqual([400, 'malformed_request']);
    expect(answer.text).toContain('UTF-8');
  });

  test('is refused: bytes that are no UTF-8 in a field of an upload', async () => {
    const form = new FormData();
    form.append('original_image', SMALL_JPEG, 'small.jpg');
    form.append('operations', new Blob([bytesOf('["\xff"]')]), 'operations.json');
    expect(refusal(await client.send('/api/images/', { method: 'POST', body: form }))).toEqual([
      400,
      'malformed_request',
    ]);
  });

  test('is none of letters beyond ASCII, however they come', async () => {
    const secret = 'pässwörd \u{1f5bc}';
    await client.register('letters', secret);
    const json = JSON.stringify({ username: 'letters', password: secret });
    const form = new URLSearchParams({ username: 'letters', password: secret }).toString();
    const parts = new FormData();
    parts.append('username', 'letters');
    parts.append('password', secret);
    expect((await client.sendText('/accounts/login/', json)).status).toBe(200);
    const raw = Buffer.from(json).toString('latin1');
    expect((await sendBytes('/accounts/login/', JSON_TYPE, raw)).status).toBe(200);
    expect((await sendBytes('/accounts/login/', FORM_TYPE, form)).status).toBe(200);
    expect((await client.send('/accounts/login/', { method: 'POST', body: parts })).status).toBe(200);
  });
});

test('a NUL in the URL for events is escaped, as it is in every URL', async () => {
  const member = client.as(await client.newAccount('escaping'));
  await member.post('/accounts/webhook-secret/', {});
  const form = new FormData();
  form.append('original_image', SMALL_JPEG, 'small.jpg');
  form.append('operations', '[]');
  form.append('webhook_url', 'https://hooks.example.com/a\0b');
  expect((await member.send('/api/images/', { method: 'POST', body: form })).status).toBe(201);
});

describe('JSON that cannot be read', () => {
  const malformed = { headers: { 'Content-Type': JSON_TYPE }, body: '{"bad":1' };

  test.each([
    ['POST', '/accounts/webhook-secret/'],
    ['DELETE', '/api/presets/web/'],
    ['POST', '/accounts/password/'],
  ])('is refused by %s %s, whether or not it takes a body', async (method, path) => {
    const answer = await client.as(tokens).send(path, { method, ...malformed });
    expect(refusal(answer)).toEqual([400, 'malformed_request']);
  });

  test('does no harm before it is known who sends it, nor where a form is expected', async () => {
    const post = { method: 'POST', ...malformed };
    expect(refusal(await client.send('/accounts/webhook-secret/', post))).toEqual([401, 'not_authenticated']);
    expect(refusal(await client.send('/api/images/', post))).toEqual([415, 'unsupported_media_type']);
  });

  test('has made nothing', async () => {
    const { body } = await client.as(tokens).get<{ webhook_secret_since: string | null }>('/accounts/me/');
    expect(body.webhook_secret_since).toBeNull();
    expect(await client.as(tokens).post('/accounts/webhook-secret/', {})).toMatchObject({ status: 201 });
    expect((await client.logIn('reader', PASSWORD)).token_type).toBe('Bearer');
  });
});
