import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient, refusal } from '../support/api-client.ts';
import { PUBLISHED } from '../support/api-document.ts';
import { type Service, startService } from '../support/service.ts';

const SOURCE = join(import.meta.dirname, '../../src');

/** The codes of every problem that the source defines. */
const CODES = globSync('**/*.ts', { cwd: SOURCE }).flatMap((file) =>
  [...readFileSync(join(SOURCE, file), 'utf8').matchAll(/new \w*Problem\((?:\d+, )?\{?\s*(?:code: )?'(\w+)'/g)].map(
    ([, code]) => code as string,
  ),
);

const TESTS = join(import.meta.dirname, '..');

/** The texts in quotes in all tests. */
const EXPECTED = new Set(
  globSync('*/**/*.test.ts', { cwd: TESTS }).flatMap((file) =>
    [...readFileSync(join(TESTS, file), 'utf8').matchAll(/'(?:\d{3} )?(\w+)'/g)].map(([, text]) => text),
  ),
);

let service: Service;
let client: ApiClient;
beforeAll(async () => {
  service = await startService();
  client = new ApiClient(service.url);
});
afterAll(() => service.stop());

test('the source defines each code once', () => {
  expect(CODES.length).toBeGreaterThan(30);
  expect(new Set(CODES).size).toBe(CODES.length);
});

test('each code, of problems and of their faults, is an answer that some test expects', () => {
  const { Fault, Problem, JobError } = PUBLISHED.components.schemas;
  const codes = [Fault, Problem, JobError].flatMap((schema) => schema?.properties.code?.enum ?? []);
  expect(codes).toEqual(expect.arrayContaining(CODES));
  expect(codes.filter((code) => !EXPECTED.has(code))).toEqual([]);
});

test('/problems/ lists every code', async () => {
  const { text, headers } = await client.get('/problems/');
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  const listed = [...text.matchAll(/href="\/problems\/(\w+)\/"/g)].map(([, code]) => code);
  expect(listed.sort()).toEqual([...CODES].sort());
});

test.each(CODES)('/problems/%s/ explains it and how to get past it', async (code) => {
  const { status, text } = await client.get(`/problems/${code}/`);
  expect(status).toBe(200);
  expect(text).toContain(`<code>${code}</code>`);
  expect(text).toContain('How to get past it');
});

test.each(['unreadable_image', 'unsupported_jpeg', 'too_many_pixels'])(
  '%s is an answer to a request, and not why a job fails',
  async (code) => {
    expect((await client.get(`/problems/${code}/`)).text).toContain('HTTP 422');
    const { text } = await client.get('/api/documentation/');
    const [answers, jobs] = text.split('<h3>Answers to requests</h3>')[1]?.split('<h3>Why jobs fail</h3>') ?? [];
    expect(answers).toContain(`/problems/${code}/`);
    expect(jobs).not.toContain(`/problems/${code}/`);
  },
);

test('the page of a request that is not valid explains every code of a fault', async () => {
  const { text } = await client.get('/problems/validation_failed/');
  const codes = PUBLISHED.components.schemas.Fault?.properties.code?.enum ?? [];
  expect(codes).toContain('too_similar');
  expect(codes.filter((code) => !text.includes(`<td><code>${code}</code></td>`))).toEqual([]);
});

test.each(['nothing', '__proto__', '<script>'])('there is no /problems/%s/', async (code) => {
  const answer = await client.get(`/problems/${encodeURIComponent(code)}/`);
  expect(refusal(answer)).toEqual([404, 'not_found']);
});
