import { expect, test } from 'vitest';
import { byteRangeOf } from '../../../src/image-jobs/infrastructure/http/download/byte-range.ts';

const SIZE = 1000;

test.each([
  ['bytes=0-0', 0, 0],
  ['bytes=0-499', 0, 499],
  ['bytes=500-', 500, 999],
  ['bytes=0-', 0, 999],
  ['bytes=999-', 999, 999],
  ['bytes=990-5000', 990, 999],
  [`bytes=1-${'9'.repeat(400)}`, 1, 999],
  ['bytes=-1', 999, 999],
  ['bytes=-1000', 0, 999],
  ['bytes=-5000', 0, 999],
  ['Bytes = 2-3 ', 2, 3],
])('%s is bytes %i to %i', (header, start, end) => {
  expect(byteRangeOf(header, SIZE)).toEqual({ start, end });
});

test.each(['bytes=1000-', 'bytes=1000-2000', `bytes=${'9'.repeat(400)}-`, 'bytes=-0'])('%s lies outside', (header) => {
  expect(byteRangeOf(header, SIZE)).toBe('unsatisfiable');
});

test.each([
  '',
  'bytes',
  'bytes=',
  'bytes=-',
  'bytes=5',
  'bytes=5-2',
  'bytes=a-b',
  'bytes=-1-5',
  'bytes=0x1-5',
  'bytes=1.0-5',
  'bytes=0-1,3-4',
  `bytes=${Array.from({ length: 100 }, (_, i) => `${i * 2}-${i * 2}`).join()}`,
  'items=0-5',
  'items=5000-',
])('%s is ignored', (header) => {
  expect(byteRangeOf(header, SIZE)).toBe('whole');
});
