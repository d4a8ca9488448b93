import { expect, test } from 'vitest';
import { isOfTheApi, undocumentedPart } from '../support/api-document.ts';

const LIMITS = 'http://127.0.0.1/api/limits/';
const PROBLEM = {
  type: 'http://127.0.0.1/problems/not_found/',
  title: 'Not found',
  status: 404,
  detail: 'Expected a documented path',
  instance: '/',
  code: 'not_found',
  request_id: 'id',
};

/** What the check says of an answer to `GET`. */
function checked(url: string, status: number, type: string, body: object): Promise<string | undefined> {
  const headers = { 'Content-Type': type, 'X-Request-Id': 'id' };
  return undocumentedPart('GET', url, new Response(JSON.stringify(body), { status, headers }));
}

test('an answer that the document has not is found out', async () => {
  expect(await checked(LIMITS, 200, 'application/json', {})).toMatch(/required property 'policy'/);
  expect(await checked(LIMITS, 418, 'application/json', {})).toMatch(/no 418 for GET/);
  expect(await checked(LIMITS, 200, 'text/html', {})).toMatch(/no text\/html in a 200/);
  const other = { ...PROBLEM, status: 401, code: 'wrong_credentials' };
  expect(await checked(LIMITS, 401, 'application/problem+json', other)).toMatch(/no wrong_credentials in a 401/);
  const problem = { ...PROBLEM, stack: 'Error' };
  expect(await checked('http://127.0.0.1/nowhere', 404, 'application/problem+json', problem)).toMatch(/additional/);
});

test('one that it has is not', async () => {
  expect(await checked('http://127.0.0.1/nowhere', 404, 'application/problem+json', PROBLEM)).toBeUndefined();
});

test.each(['/api/presets/', '/api/webhooks/', '/api/batches/', '/api/usage/', '/accounts/keys/'])(
  'the headers of counted answers are looked for in those of %s, and elsewhere they are found out',
  async (path) => {
    const headers = { 'X-Request-Id': 'id', 'RateLimit-Policy': '"caller";q=5;w=60', RateLimit: '"caller";r=3;t=42' };
    const type = { 'Content-Type': 'application/problem+json' };
    const problem = JSON.stringify({ ...PROBLEM, status: 401, code: 'not_authenticated' });
    const counted = new Response(problem, { status: 401, headers: { ...headers, ...type } });
    expect(await undocumentedPart('GET', `http://127.0.0.1${path}`, counted)).toBeUndefined();
    const uncounted = new Response('{}', { headers: { 'X-Request-Id': 'id', 'Content-Type': 'application/json' } });
    expect(await undocumentedPart('GET', `http://127.0.0.1${path}`, uncounted)).toMatch(/no RateLimit, which/);
    expect(await undocumentedPart('GET', LIMITS, Response.json({}, { headers }))).toMatch(/no RateLimit in a 200/);
  },
);

test('a time to come back is documented where a problem has one, and elsewhere it is found out', async () => {
  const checkedAt = (path: string, status: number, code: string, method = 'GET') => {
    const headers = { 'X-Request-Id': 'id', 'Retry-After': '3', 'Content-Type': 'application/problem+json' };
    const answer = new Response(JSON.stringify({ ...PROBLEM, status, code }), { status, headers });
    return undocumentedPart(method, `http://127.0.0.1${path}`, answer);
  };
  expect(await checkedAt('/api/images/', 409, 'idempotency_key_in_flight', 'POST')).toBeUndefined();
  expect(await checkedAt('/api/images/', 429, 'too_many_jobs', 'POST')).toBeUndefined();
  expect(await checkedAt('/api/presets/', 503, 'unavailable')).toBeUndefined();
  expect(await checkedAt('/accounts/register/', 409, 'username_taken', 'POST')).toMatch(/no Retry-After in a 409/);
  expect(await checkedAt('/api/images/id/download/', 409, 'image_not_ready')).toMatch(/no Retry-After in a 409/);
});

test('pages, and the document itself, are not looked at', () => {
  const paths = ['/', '/problems/', '/api/schema/', '/api/docs/', '/api/presets/x', '/api/webhooks/', '/health/live'];
  expect(paths.filter(isOfTheApi)).toEqual(['/api/presets/x', '/api/webhooks/', '/health/live']);
});
