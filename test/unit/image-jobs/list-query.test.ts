import type { Request } from 'express';
import { expect, test } from 'vitest';
import { ImageJob } from '../../../src/image-jobs/domain/image-job.ts';
import { parseListQuery } from '../../../src/image-jobs/infrastructure/http/list-query.ts';
import { pageQuery } from '../../../src/shared/http/page-query.ts';
import { MEMBER } from '../../support/callers.ts';

const parse = (text: string) =>
  parseListQuery({ query: Object.fromEntries(new URLSearchParams(text)) } as unknown as Request);

/** The pointers of what is wrong with a query. */
function faultsOf(text: string): string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    return (error as { details: { errors: { pointer: string }[] } }).details.errors.map(({ pointer }) => pointer);
  }
}

const job = ImageJob.submit(
  {
    id: '6d0d6fd6-0b1e-4f54-9d0c-0b1e4f549d0c',
    name: 'a',
    facts: { format: 'jpg', width: 1, height: 1, frames: 1 },
    bytes: 1,
    sha256: 'a'.repeat(64),
    outputs: [{ name: 'default', operations: [], warnings: [] }],
    warnings: [],
  },
  MEMBER,
  new Date('2026-01-01T12:00:00.123Z'),
);

test('without parameters it is the first 20', () => {
  expect(parse('')).toEqual({ limit: 20 });
  expect(parse('colour=red')).toEqual({ limit: 20 });
});

test.each(['pending', 'processing', 'completed', 'failed', 'expired'])('the status %s', (status) => {
  expect(parse(`status=${status}`)).toEqual({ limit: 20, status });
});

test.each(['after', 'before'] as const)(
  'a cursor %s a job leads to its neighbours, with the rest of the query',
  (side) => {
    const query = pageQuery(side, job, 7, { status: 'failed' });
    expect(parse(query)).toEqual({ limit: 7, status: 'failed', [side]: { createdAt: job.createdAt, id: job.id } });
  },
);

test.each(['0', '101', '-1', '1.5', '1e1', '٣', ' 1', '', 'all', '9'.repeat(400)])(
  'a limit of %j is refused',
  (limit) => {
    expect(faultsOf(`limit=${encodeURIComponent(limit)}`)).toEqual(['/limit']);
  },
);

test.each(['1', '20', '100'])('a limit of %s is taken', (limit) => {
  expect(parse(`limit=${limit}`)).toEqual({ limit: Number(limit) });
});

const forged = (text: string) => Buffer.from(text).toString('base64url');

test.each([
  '',
  'x',
  forged(''),
  forged('1.2'),
  forged(`x.${job.id}`),
  forged(`-1.${job.id}`),
  forged(`1e9.${job.id}`),
  forged(`1.${job.id}.`),
  forged(`1.${job.id}' or 1=1`),
  forged(`${'9'.repeat(16)}.${job.id}`),
  forged(`${Date.parse('+010000-01-01T00:00:00Z')}.${job.id}`),
  'A'.repeat(10_000),
])('the forged cursor %j is refused', (cursor) => {
  expect(faultsOf(`after=${cursor}`)).toEqual(['/after']);
  expect(faultsOf(`before=${cursor}`)).toEqual(['/before']);
});

test('a cursor far beyond today is a place like any other', () => {
  const late = new Date('9999-12-31T00:00:00Z');
  const query = parse(`after=${forged(`${late.getTime()}.${job.id}`)}`);
  expect(query.after?.createdAt).toEqual(late);
});

test('all faults are told at once', () => {
  expect(faultsOf('status=done&limit=0&after=x&before=y')).toEqual(['/status', '/limit', '/after', '/before']);
  const both = `${pageQuery('after', job, 1)}&${pageQuery('before', job, 1)}`;
  expect(faultsOf(both)).toEqual(['/before']);
});
