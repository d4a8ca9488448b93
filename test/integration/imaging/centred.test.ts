import { describe, expect, test } from 'vitest';
import { pixelsOfFile, useEngine } from '../../support/engine.ts';
import { compress, convert, resize } from '../../support/operations.ts';
import { animation, image, type Pixels } from '../../support/pictures.ts';
import { pngFile } from '../../support/png-files.ts';

const engine = useEngine();
/** What a lossy encoder leaves in the dark is far from the spot, and would weigh as much. */
const LOSSES = 10;

/** A soft white spot on black; pixels are squares, so that the first one's centre is at 0.5. */
function spot(width: number, height: number, x: number, y: number, radius: number): Pixels {
  const data = Buffer.alloc(width * height * 3);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y) / radius;
      data.fill(
        Math.round(255 * Math.exp(-(distance ** 2) / 2)),
        3 * (row * width + column),
        3 * (row * width + column + 1),
      );
    }
  }
  return { data, width, height, channels: 3 };
}

/** The centre of what is at least so bright. */
function centreOf({ data, width, channels }: Pixels, least = 0): { x: number; y: number } {
  let [sum, x, y] = [0, 0, 0];
  for (let i = 0; i < data.length / channels; i += 1) {
    const light = data[i * channels] as number;
    if (light < least) continue;
    sum += light;
    x += light * ((i % width) + 0.5);
    y += light * (Math.floor(i / width) + 0.5);
  }
  return { x: x / sum, y: y / sum };
}

async function resultOf(...asked: Parameters<typeof engine.process>): Promise<Pixels> {
  return pixelsOfFile((await engine.process(...asked)).path);
}

describe('enlarging moves nothing', () => {
  test.each([18, 27, 36, 50, 99, 900])('a dot in the middle of 9x9 stays in the middle of %i', async (side) => {
    const dot = pngFile({
      width: 9,
      height: 9,
      depth: 8,
      colourType: 'grey',
      valuesAt: (x, y) => [x === 4 && y === 4 ? 255 : 0],
    });
    const { x, y } = centreOf(await resultOf(dot, [resize(side, side)]));
    expect(x).toBeCloseTo(side / 2, 2);
    expect(y).toBeCloseTo(side / 2, 2);
  });

  test.each([
    [61, 41],
    [97, 40],
    [120, 100],
    [133, 271],
    [400, 400],
  ])('a spot anywhere of 60x40 keeps its place in %ix%i', async (width, height) => {
    const source = spot(60, 40, 23.3, 17.8, 4);
    const before = centreOf(source);
    const after = centreOf(await resultOf(await image(source).png().toBuffer(), [resize(width, height)]));
    expect(Math.abs(after.x - (before.x * width) / 60)).toBeLessThan(0.01);
    expect(Math.abs(after.y - (before.y * height) / 40)).toBeLessThan(0.01);
  });

  test('one side grows while the other shrinks', async () => {
    const source = spot(60, 60, 23.3, 37.8, 6);
    const before = centreOf(source);
    const after = centreOf(await resultOf(await image(source).png().toBuffer(), [resize(150, 30)]));
    expect(Math.abs(after.x - before.x * 2.5)).toBeLessThan(0.02);
    expect(Math.abs(after.y - before.y / 2)).toBeLessThan(0.1);
  });

  test('whatever the fit', async () => {
    const bytes = await image(spot(60, 40, 30, 20, 4))
      .png()
      .toBuffer();
    for (const fit of ['cover', 'contain', 'inside', 'outside'] as const) {
      const { path, width, height } = await engine.process(bytes, [resize(180, 180, fit), convert('png')]);
      const { x, y } = centreOf(await pixelsOfFile(path));
      expect(x).toBeCloseTo(width / 2, 2);
      expect(y).toBeCloseTo(height / 2, 2);
    }
  });

  test('in an animation too, and in what is held sideways', async () => {
    const source = spot(40, 60, 17.8, 23.3, 4);
    const before = centreOf(source);
    const sideways = await image(source).withMetadata({ orientation: 6 }).png().toBuffer();
    const after = centreOf(await resultOf(sideways, [resize(180, 120)]));
    expect(Math.abs(after.x - 3 * (60 - before.y))).toBeLessThan(0.01);
    expect(Math.abs(after.y - 3 * before.x)).toBeLessThan(0.01);

    const moving = await animation([source, source]).toBuffer();
    const { data, width, height, channels } = await resultOf(moving, [resize(80, 120), compress(95)]);
    const frame = { data: data.subarray(0, data.length / 2), width, height: height / 2, channels };
    expect(Math.abs(centreOf(frame, LOSSES).x - 2 * before.x)).toBeLessThan(0.1);
  });

  test('a pixel becomes its colour, edges stay what they are, and what is hidden does not shine through', async () => {
    const one = pngFile({ width: 1, height: 1, depth: 8, colourType: 'rgb', valuesAt: () => [200, 60, 40] });
    const { data } = await resultOf(one, [resize(300, 200)]);
    expect(new Set(data.toString('hex').match(/.{6}/g))).toEqual(new Set(['c83c28']));

    const halves = pngFile({
      width: 4,
      height: 1,
      depth: 8,
      colourType: 'rgb and alpha',
      valuesAt: (x) => (x < 2 ? [0, 0, 255, 0] : [200, 60, 40, 255]),
    });
    const pixels = await resultOf(halves, [resize(40, 10)]);
    expect([...pixels.data.subarray(0, 4)][3]).toBe(0);
    expect([...pixels.data.subarray(36 * 4, 37 * 4)]).toEqual([200, 60, 40, 255]);
    for (let x = 0; x < 40; x += 1) {
      const [, , blue = 0, alpha = 0] = pixels.data.subarray(x * 4, x * 4 + 4);
      if (alpha > 10) expect(blue).toBeLessThan(60);
    }
  });
});

describe('reducing moves it by less than half a pixel', () => {
  test.each(['jpeg', 'webp', 'png'] as const)(
    'wherever it is, in a %s whose sides are no multiples',
    async (format) => {
      for (const [across, down] of [
        [0.1, 0.2],
        [0.5, 0.5],
        [0.95, 0.9],
      ] as const) {
        const bytes = await image(spot(909, 607, 909 * across, 607 * down, 12))
          .toFormat(format, { quality: 90 })
          .toBuffer();
        const { x, y } = centreOf(await resultOf(bytes, [resize(100, 67), convert('png')]), LOSSES);
        expect(Math.abs(x - 100 * across)).toBeLessThan(0.5);
        expect(Math.abs(y - 67 * down)).toBeLessThan(0.5);
      }
    },
  );
});
