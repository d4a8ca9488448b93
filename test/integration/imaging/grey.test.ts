import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { pixelsOfFile, useEngine } from '../../support/engine.ts';
import { compress, convert, filter, resize } from '../../support/operations.ts';
import { photograph } from '../../support/pictures.ts';
import { paletteChunks, pngFile } from '../../support/png-files.ts';

const engine = useEngine();
const shades = photograph(160, 120).data;
const shadeAt = (x: number, y: number) => shades[3 * (y * 160 + x)] as number;
const [width, height] = [160, 120];

const grey = pngFile({ width, height, depth: 8, colourType: 'grey', valuesAt: (x, y) => [shadeAt(x, y)] });
const deep = pngFile({ width, height, depth: 16, colourType: 'grey', valuesAt: (x, y) => [shadeAt(x, y) * 257] });
const clear = pngFile({
  width,
  height,
  depth: 8,
  colourType: 'grey and alpha',
  valuesAt: (x, y) => [shadeAt(x, y), x],
});
const bilevel = pngFile({
  width,
  height,
  depth: 1,
  colourType: 'grey',
  valuesAt: (x, y) => [((x * 7 + y * 3) % 11) % 2],
});
const COLOURS = [
  [200, 60, 40],
  [20, 30, 250],
  [255, 255, 255],
  [9, 9, 9],
];
const indexed = pngFile({
  width,
  height,
  depth: 2,
  colourType: 'palette',
  valuesAt: (x, y) => [((x * 7 + y * 3) % 11) % 4],
  chunks: paletteChunks(COLOURS, [0, 100]),
});

async function described(file: Buffer, operations: Parameters<typeof engine.process>[1]) {
  const { path } = await engine.process(file, operations);
  const { space, channels, bitsPerSample, isPalette } = await sharp(path).metadata();
  return { path, bytes: (await readFile(path)).length, space, channels, bitsPerSample, isPalette };
}

describe('grey stays grey', () => {
  test.each([
    ['8 bits', grey],
    ['16 bits', deep],
  ])('in PNG and JPEG, of %s', async (_, file) => {
    for (const operations of [
      [],
      [resize(80, 60)],
      [resize(320, 240)],
      [filter('blur'), resize(80, 60), filter('sharpen')],
      [filter('grayscale')],
    ]) {
      expect(await described(file, operations)).toMatchObject({ space: 'b-w', channels: 1 });
      expect(await described(file, [...operations, convert('jpg')])).toMatchObject({ space: 'b-w', channels: 1 });
    }
  });

  test('with its transparency, laid on white where there is none', async () => {
    for (const operations of [[], [filter('blur')], [resize(320, 240)]]) {
      expect(await described(clear, operations)).toMatchObject({ space: 'b-w', channels: 2 });
      expect(await described(clear, [...operations, convert('jpg')])).toMatchObject({ space: 'b-w', channels: 1 });
    }
    const { path } = await engine.process(clear, []);
    const stored = await pixelsOfFile(path);
    expect(stored.data[width * 4 - 1]).toBe(width - 1);
    const onWhite = await pixelsOfFile((await engine.process(clear, [convert('jpg'), compress(95)])).path);
    expect(onWhite.data[0]).toBeGreaterThan(250);
  });

  test('as a colour picture without its colours is', async () => {
    const file = pngFile({ width, height, depth: 8, colourType: 'rgb', valuesAt: (x, y) => [shadeAt(x, y), x, y] });
    for (const operations of [[filter('grayscale')], [filter('grayscale'), filter('blur'), resize(320, 240)]])
      expect(await described(file, operations)).toMatchObject({ space: 'b-w', channels: 1 });
    expect(await described(file, [filter('blur')])).toMatchObject({ space: 'srgb', channels: 3 });
  });

  test('with the very shades it had, in no more bytes than colours would take', async () => {
    const { path, bytes } = await described(grey, []);
    expect([...(await pixelsOfFile(path)).data.filter((_, i) => i % 3 === 0)]).toEqual(
      Array.from({ length: width * height }, (_, i) => shadeAt(i % width, Math.floor(i / width))),
    );
    expect(bytes).toBeLessThan(1.15 * grey.length);
  });

  test('and not in WebP, which has none', async () => {
    expect(await described(grey, [convert('webp')])).toMatchObject({ space: 'srgb', channels: 3 });
  });
});

describe('few bits stay few', () => {
  test('of black and white', async () => {
    const { path, ...result } = await described(bilevel, []);
    expect(result).toMatchObject({ bitsPerSample: 1, isPalette: false });
    expect(result.bytes).toBeLessThan(1.1 * bilevel.length);
    expect((await pixelsOfFile(path)).data.equals(await sharp(bilevel).raw().toBuffer())).toBe(true);
  });

  test('of a palette, with its transparency', async () => {
    const { path, ...result } = await described(indexed, []);
    expect(result).toMatchObject({ bitsPerSample: 2, isPalette: true });
    const { data } = await pixelsOfFile(path);
    for (const x of [0, 1, 2, 3, 4, 50]) {
      const place = ((x * 7) % 11) % 4;
      expect([...data.subarray(x * 4, x * 4 + 4)]).toEqual([
        ...(COLOURS[place] as number[]),
        [0, 100, 255, 255][place],
      ]);
    }
  });

  test('while the picture has so few colours', async () => {
    const scaled = await described(indexed, [resize(150, 110)]);
    expect(scaled.isPalette).toBe(false);
    expect(await described(bilevel, [convert('jpg')])).toMatchObject({ space: 'b-w' });
  });

  test('where that makes the file no larger', async () => {
    const ramp = pngFile({
      width: 256,
      height: 2,
      depth: 8,
      colourType: 'palette',
      valuesAt: (x) => [x],
      chunks: paletteChunks(Array.from({ length: 256 }, (_, i) => [i, 255 - i, 7])),
    });
    const result = await described(ramp, []);
    expect(result.isPalette).toBe(false);
    expect(result.bytes).toBeLessThan(ramp.length);
  });
});
