import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { indexedPng } from '../../../src/imaging/infrastructure/files/indexed-png.ts';
import { chunksOf } from '../../../src/imaging/infrastructure/files/png-chunks.ts';
import type { RawPixels } from '../../../src/imaging/infrastructure/raw-pixels.ts';

/** Pixels in one row, of as many channels as the first has values. */
function row(...pixels: number[][]): RawPixels {
  const channels = (pixels[0] as number[]).length as 1 | 2 | 3 | 4;
  return { data: Buffer.from(pixels.flat()), info: { width: pixels.length, height: 1, channels } as RawPixels['info'] };
}

/** The chunks by type: header bytes, palette, alphas, and the row's bytes after its filter. */
async function partsOf(pixels: RawPixels): Promise<Record<string, number[]>> {
  const file = (await indexedPng(pixels, 9)) as Buffer;
  const chunks = [...chunksOf(file)];
  expect(chunks.every(({ isWhole }) => isWhole)).toBe(true);
  return Object.fromEntries(chunks.map(({ type, data }) => [type, [...(type === 'IDAT' ? inflateSync(data) : data)]]));
}

test.each([
  [1, [[0], [255], [255], [0], [0], [0], [0], [0], [255]], [0b01100000, 0b10000000]],
  [2, [[0], [85], [170], [255], [85]], [0b00011011, 0b01000000]],
  [4, [[0], [17], [34], [255]], [0x01, 0x2f]],
  [8, [[0], [3], [250]], [0, 3, 250]],
])('shades of %i bits are told as they are', async (depth, pixels, bytes) => {
  const { IHDR, PLTE, IDAT } = await partsOf(row(...pixels));
  expect(IHDR?.slice(8)).toEqual([depth, 0, 0, 0, 0]);
  expect(PLTE).toBeUndefined();
  expect(IDAT).toEqual([0, ...bytes]);
});

test('colours are told by a palette of as few bits as they need', async () => {
  const { IHDR, PLTE, tRNS, IDAT } = await partsOf(row([9, 8, 7], [1, 2, 3], [9, 8, 7], [4, 5, 6]));
  expect(IHDR?.slice(8, 10)).toEqual([2, 3]);
  expect(PLTE).toEqual([9, 8, 7, 1, 2, 3, 4, 5, 6]);
  expect(tRNS).toBeUndefined();
  expect(IDAT).toEqual([0, 0b00010010]);
});

test('colours that are not opaque come first, and alphas for them alone', async () => {
  const { PLTE, tRNS, IDAT } = await partsOf(row([1, 1, 1, 255], [2, 2, 2, 0], [3, 3, 3, 128]));
  expect(PLTE).toEqual([2, 2, 2, 3, 3, 3, 1, 1, 1]);
  expect(tRNS).toEqual([0, 128]);
  expect(IDAT).toEqual([0, 0b10000100]);
});

test('grey with alpha is a palette too', async () => {
  const { PLTE, tRNS } = await partsOf(row([5, 0], [5, 255]));
  expect(PLTE).toEqual([5, 5, 5, 5, 5, 5]);
  expect(tRNS).toEqual([0]);
});

test('256 colours fit, 257 do not', async () => {
  const colours = Array.from({ length: 257 }, (_, i) => [i % 256, i >> 8, 7]);
  expect((await partsOf(row(...colours.slice(0, 256)))).IHDR?.[8]).toBe(8);
  expect(await indexedPng(row(...colours), 9)).toBeNull();
});
