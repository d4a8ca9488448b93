import { expect, test } from 'vitest';
import { chunksOf, PNG_SIGNATURE, pngChunk } from '../../../src/imaging/infrastructure/files/png-chunks.ts';

test('of a file that is made of chunks without end, no more are looked at than encoders write', () => {
  const empty = pngChunk('IDAT', Buffer.alloc(0));
  const fileOf = (count: number) => Buffer.concat([PNG_SIGNATURE, ...Array<Buffer>(count).fill(empty)]);
  const countIn = (file: Buffer) => [...chunksOf(file)].length;
  expect([countIn(fileOf(3)), countIn(fileOf(50_000)), countIn(fileOf(170_000))]).toEqual([3, 50_000, 50_000]);
});
