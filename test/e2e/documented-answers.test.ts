import { expect, test } from 'vitest';
import { undocumentedPart } from '../support/api-document.ts';

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
  const problem = { ...PROBLEM, stack: 'Error' };
  expect(await checked('http://127.0.0.1/nowhere', 404, 'application/problem+json', problem)).toMatch(/additional/);
});

test('one that it has is not', async () => {
  expect(await checked('http://127.0.0.1/nowhere', 404, 'application/problem+json', PROBLEM)).toBeUndefined();
});
