import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../src/imaging/operations/operations.ts';
import { pixelsOfFile, useEngine } from '../../support/engine.ts';
import { adjust, compress, convert, crop } from '../../support/operations.ts';
import { image, lineArt, photograph, transparent } from '../../support/pictures.ts';
import { paletteChunks, pngFile } from '../../support/png-files.ts';

const engine = useEngine();

const [width, height] = [200, 160];
const part = crop({ width: 180, height: 150, x: 7, y: 3 });

/** A picture of stripes in this many colours, as its numbers lie in a PNG of this depth. */
function striped(depth: 1 | 2 | 4 | 8, colours: number): Buffer {
  const chunks = paletteChunks(Array.from({ length: colours }, (_, i) => [(i * 89) % 256, (i * 57) % 256, i]));
  const valuesAt = (x: number, y: number) => [(x + (y >> 4)) % colours];
  return pngFile({ width, height, depth, colourType: 'palette', valuesAt, chunks });
}

/** Colours that run into each other: thousands of them, in few bytes by PNG's own filters. */
const running = pngFile({ width, height, depth: 8, colourType: 'rgb', valuesAt: (x, y) => [x, y, 128] });

const SOURCES: [name: string, file: () => Promise<Buffer>][] = [
  ['of 2 colours', async () => striped(1, 2)],
  ['of 4 colours', async () => striped(2, 4)],
  ['of 16 colours', async () => striped(4, 16)],
  ['of 200 colours', async () => striped(8, 200)],
  ['of line art in three bytes a pixel', () => image(lineArt(width, height)).png().toBuffer()],
  ['of colours that run into each other', async () => running],
  ['that is transparent', () => image(transparent(width, height)).png().toBuffer()],
  ['of a photograph', () => image(photograph(width, height)).png().toBuffer()],
];

async function bytesAfter(file: Buffer, operations: Operation[]): Promise<number> {
  return (await readFile((await engine.process(file, operations)).path)).length;
}

describe('compress makes no PNG larger than it is without it', () => {
  test.each(SOURCES)('%s', async (_name, file) => {
    const source = await file();
    for (const operations of [[part], [adjust({ hue: 90 })], []]) {
      const whole = await bytesAfter(source, operations);
      for (const quality of [10, 80, 95])
        expect(await bytesAfter(source, [...operations, compress(quality)])).toBeLessThanOrEqual(whole);
      expect(await bytesAfter(source, [...operations, compress(80, 'small')])).toBeLessThanOrEqual(whole);
    }
  });
});

describe('of a PNG that is smaller without a chosen palette', () => {
  test('nothing is lost, and so there is no quality', async () => {
    for (const source of [striped(2, 4), running]) {
      const { path, quality } = await engine.process(source, [part, compress(80)]);
      expect(quality).toBeNull();
      const lossless = await engine.process(source, [part]);
      expect((await pixelsOfFile(path)).data).toEqual((await pixelsOfFile(lossless.path)).data);
    }
  });

  test('few colours are told by few bits, whatever the source was', async () => {
    const webp = await sharp(striped(2, 4)).webp({ lossless: true }).toBuffer();
    const { path } = await engine.process(webp, [convert('png'), compress(80)]);
    expect(await sharp(path).metadata()).toMatchObject({ isPalette: true, bitsPerSample: 2 });
  });
});

test('a photograph has the quality that was asked for, and a palette', async () => {
  const source = await image(photograph(width, height)).png().toBuffer();
  const { path, quality } = await engine.process(source, [part, compress(60)]);
  expect(quality).toBe(60);
  expect((await sharp(path).metadata()).isPalette).toBe(true);
});
