import { Readable, Writable } from 'node:stream';
import type { Response } from 'express';
import { expect, test } from 'vitest';
import { sendCounted } from '../../../src/image-jobs/infrastructure/http/download/counted-sending.ts';

/** A result that is one chunk, more than a connection takes at once. */
const RESULT = Buffer.alloc(400_000, 'picture');

/** A client's end of an answer, and how much it had taken when it was counted. */
function client(take: (done: () => void) => void) {
  const taken: Buffer[] = [];
  const response = new Writable({
    write(chunk: Buffer, _encoding, done) {
      taken.push(chunk);
      take(done);
    },
  });
  const counted: number[] = [];
  const size = () => taken.reduce((sum, { length }) => sum + length, 0);
  const count = async () => void counted.push(size());
  return { response, counted, bytes: () => Buffer.concat(taken), count };
}

test.each([0, 1, 65_536, 65_537, 400_000])('%i bytes in one chunk arrive whole, and count once', async (length) => {
  const { response, counted, bytes, count } = client((done) => done());
  const result = RESULT.subarray(0, length);
  await sendCounted(Readable.from(length ? [result] : []), [], count, response as Response);
  expect(bytes().equals(result)).toBe(true);
  expect(counted).toHaveLength(1);
});

test('a download counts when its client takes all but the last byte', async () => {
  const { response, counted, count } = client((done) => done());
  await sendCounted(Readable.from([RESULT]), [], count, response as Response);
  expect(counted).toEqual([RESULT.length - 1]);
});

test('a client that goes away before has downloaded nothing, though the result is one chunk', async () => {
  const { response, counted, count } = client(() => response.destroy());
  await sendCounted(Readable.from([RESULT]), [], count, response as Response);
  expect(counted).toEqual([]);
});
