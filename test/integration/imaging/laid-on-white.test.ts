import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../src/imaging/operations/operations.ts';
import { pixelsOfFile, useEngine } from '../../support/engine.ts';
import { adjust, compress, convert, crop, filter, pad, resize, scale } from '../../support/operations.ts';
import { image, type Pixels, plain } from '../../support/pictures.ts';
import { colourChunk, pngFile } from '../../support/png-files.ts';
import { framesOfFile, laidOn } from '../../support/reference-executor.ts';

const engine = useEngine();

const SIDE = 64;
const RED = [200, 40, 40];
/** What a JPEG of the finest quality may differ by, of 255. */
const CODED = 4;

/** A red square in the middle of what is transparent; its edge of 4 pixels is half transparent. */
const square = (x: number, y: number) => {
  const depth = Math.min(x, y, SIDE - 1 - x, SIDE - 1 - y) - 16;
  return [...RED, depth < 0 ? 0 : depth < 4 ? 128 : 255];
};

const clear = pngFile({ width: SIDE, height: SIDE, depth: 8, colourType: 'rgb and alpha', valuesAt: square });
const opaque = () =>
  image(plain(48, 48, RED))
    .png()
    .toBuffer();

const finest = [convert('jpg'), compress(95)];

/** Mean difference of a JPEG result from the PNG result of the same operations on white. */
async function differenceFromPng(bytes: Buffer, operations: Operation[]): Promise<number> {
  const jpeg = await framesOfFile((await engine.process(bytes, [...operations, ...finest])).path);
  const png = await framesOfFile((await engine.process(bytes, [...operations, convert('png')])).path);
  const [actual, wanted] = [jpeg[0]?.data as Buffer, laidOn(png[0] as (typeof png)[0], 255).data];
  expect(actual.length).toBe(wanted.length);
  return actual.reduce((sum, value, i) => sum + Math.abs(value - (wanted[i] as number)), 0) / actual.length;
}

function at({ data, width, channels }: Pixels, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)];
}

describe('a JPEG shows what the PNG of the same operations shows on white', () => {
  const CASES: [name: string, operations: Operation[]][] = [
    ['nothing', []],
    ['scaling', [scale({ width: 40 })]],
    ['enlarging', [resize(100, 90)]],
    ['darker', [adjust({ brightness: 50 })]],
    ['black', [adjust({ brightness: 0 })]],
    ['without contrast', [adjust({ contrast: 0 })]],
    ['blurred', [filter('blur')]],
    ['sharpened, then blurred', [filter('sharpen'), filter('blur')]],
    ['grey', [filter('grayscale')]],
    [
      'scaled, darker, padded, scaled',
      [scale({ width: 50 }), adjust({ brightness: 50 }), pad({ left: 8 }), scale({ width: 40 })],
    ],
    ['padded, darker', [pad({ left: 8, top: 8 }), adjust({ brightness: 50 })]],
    ['padded by what is half transparent, darker', [pad({ left: 8, color: '#2040c080' }), adjust({ brightness: 50 })]],
    ['contained, without contrast', [resize(80, 30, 'contain'), adjust({ contrast: 0 })]],
  ];

  test.each(CASES)('%s', async (_name, operations) => {
    expect(await differenceFromPng(clear, operations)).toBeLessThan(CODED);
    expect(await differenceFromPng(await opaque(), operations)).toBeLessThan(CODED);
  });

  test('and keeps the same part where the pixels tell which', async () => {
    // On white the black square stands out, in the picture itself the coloured one.
    const valuesAt = (x: number, y: number) => {
      const isIn = (left: number) => x >= left && x < left + 16 && y >= 24 && y < 40;
      if (isIn(16)) return [230, 60, 40, 255];
      return isIn(160) ? [0, 0, 0, 255] : [40, 40, 40, 0];
    };
    const file = pngFile({ width: 200, height: SIDE, depth: 8, colourType: 'rgb and alpha', valuesAt });
    for (const gravity of ['attention', 'entropy'] as const)
      expect(await differenceFromPng(file, [crop({ width: 60, height: SIDE, gravity })])).toBeLessThan(CODED);
  });

  test('whose ground is white whatever is done to the colours', async () => {
    for (const brightness of [0, 50, 200]) {
      const { path } = await engine.process(clear, [adjust({ brightness }), pad({ left: 8, top: 8 }), ...finest]);
      const pixels = await pixelsOfFile(path);
      for (const [x, y] of [
        [2, 2],
        [12, 12],
        [70, 70],
      ] as const)
        expect(at(pixels, x, y).every((v) => v >= 253)).toBe(true);
    }
  });
});

describe('16 bits a channel', () => {
  /** Clear, half transparent and opaque thirds. */
  const alphaAt = (x: number) => [0, 0x8000, 0xffff][Math.floor(x / 16)] as number;
  const file = (colourType: 'rgb and alpha' | 'grey and alpha', values: number[], chunks: Buffer[] = []) =>
    pngFile({ width: 48, height: 16, depth: 16, colourType, valuesAt: (x) => [...values, alphaAt(x)], chunks });
  const onWhite = (value: number, alpha: number) => Math.round(value * alpha + 255 * (1 - alpha));
  /** Of 0-255, for light of 0-1 (IEC 61966-2-1). */
  const srgb = (light: number) => 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
  const LIGHTS = [0.02, 0.3, 0.7];

  async function thirdsOf(bytes: Buffer): Promise<number[][]> {
    const pixels = await pixelsOfFile((await engine.process(bytes, finest)).path);
    return [4, 24, 43].map((x) => at(pixels, x, 8));
  }

  test('of light in straight proportion are converted before they are laid on white', async () => {
    const bytes = file(
      'rgb and alpha',
      LIGHTS.map((light) => Math.round(light * 0xffff)),
      [colourChunk.gAMA(100_000)],
    );
    const [none, half, full] = (await thirdsOf(bytes)) as [number[], number[], number[]];
    expect(none).toEqual([255, 255, 255]);
    LIGHTS.forEach((light, i) => {
      expect(Math.abs((half[i] as number) - onWhite(srgb(light), 0x80 / 0xff))).toBeLessThan(CODED);
      expect(Math.abs((full[i] as number) - srgb(light))).toBeLessThan(CODED);
    });
  });

  test.each([
    ['sRGB', [] as Buffer[]],
    ['linear light', [colourChunk.gAMA(100_000)]],
  ])('of grey in %s lie on white', async (name, chunks) => {
    const shade = name === 'sRGB' ? 80 : srgb(80 / 255);
    const [none, half, full] = (await thirdsOf(file('grey and alpha', [80 * 257], chunks))) as [
      number[],
      number[],
      number[],
    ];
    expect(none).toEqual([255, 255, 255]);
    expect(Math.abs((half[0] as number) - onWhite(shade, 0x80 / 0xff))).toBeLessThan(CODED);
    expect(Math.abs((full[0] as number) - shade)).toBeLessThan(CODED);
  });
});
