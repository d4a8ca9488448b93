import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { ImageFormat } from '../../../src/imaging/domain/image-format.ts';
import type { Operation } from '../../../src/imaging/operations/operations.ts';
import { type Processed, pixelsOfFile, useEngine } from '../../support/engine.ts';
import { besideThePicture } from '../../support/exiftool.ts';
import { compress, compressTo, convert, filter, resize } from '../../support/operations.ts';
import {
  animation,
  brightJpeg,
  heldAt,
  image,
  lineArt,
  type Pixels,
  photograph,
  plain,
  quarters,
  transparent,
} from '../../support/pictures.ts';

const engine = useEngine();

/** The colour in the middle of each quarter, in reading order. */
async function quartersOf({ path }: Processed): Promise<string[]> {
  const { data, width, height, channels } = await pixelsOfFile(path);
  const names: Record<string, string> = { '100': 'red', '010': 'green', '001': 'blue', '111': 'white' };
  return [0.25, 0.75].flatMap((y) =>
    [0.25, 0.75].map((x) => {
      const at = (Math.floor(y * height) * width + Math.floor(x * width)) * channels;
      const bits = [...data.subarray(at, at + 3)].map((value) => (value > 127 ? 1 : 0)).join('');
      return names[bits] ?? bits;
    }),
  );
}

async function colourAt({ path }: Processed, x: number, y: number): Promise<number[]> {
  const { data, width, channels } = await pixelsOfFile(path);
  return [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)];
}

function near(colour: readonly number[], tolerance = 3): unknown {
  return colour.map((value) => expect.toSatisfy((actual: number) => Math.abs(actual - value) <= tolerance));
}

describe('upright', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('an image of EXIF orientation %i comes out as a person sees it', async (held) => {
    const bytes = await (await heldAt(quarters(96, 64), held)).jpeg({ quality: 95 }).toBuffer();
    const result = await engine.process(bytes, []);
    expect(result).toMatchObject({ width: 96, height: 64, format: 'jpg' });
    expect(await quartersOf(result)).toEqual(['red', 'green', 'blue', 'white']);
    expect((await sharp(result.path).metadata()).orientation).toBeUndefined();
  });

  test.each([2, 3, 5, 6, 8])('so do PNG and WebP of orientation %i, resized', async (held) => {
    for (const format of ['png', 'webp'] as const) {
      const bytes = await (await heldAt(quarters(96, 64), held)).toFormat(format).toBuffer();
      const result = await engine.process(bytes, [resize(48, 20)]);
      expect(result).toMatchObject({ width: 48, height: 20 });
      expect(await quartersOf(result)).toEqual(['red', 'green', 'blue', 'white']);
    }
  });

  test.each([2, 3, 4, 6, 7])('so does each frame of an animation of orientation %i', async (held) => {
    const stored = await (await heldAt(quarters(40, 24), held)).raw().toBuffer({ resolveWithObject: true });
    const size = { width: stored.info.width, height: stored.info.height };
    const frames: Pixels[] = [{ ...size, channels: 3, data: stored.data }, plain(size.width, size.height, [9, 9, 9])];
    const bytes = await animation(frames).withMetadata({ orientation: held }).toBuffer();
    const result = await engine.process(bytes, [resize(80, 48)]);
    expect(result).toMatchObject({ width: 80, height: 48 });
    const still = await engine.process(await readFile(result.path), [convert('png')]);
    expect(await quartersOf(still)).toEqual(['red', 'green', 'blue', 'white']);
    expect((await sharp(result.path).metadata()).pages).toBe(2);
  });
});

describe('clean', () => {
  test('no metadata is left', async () => {
    const exif = { IFD0: { Artist: 'someone', ImageDescription: 'secret' }, IFD3: { GPSLatitude: '1/1 2/1 3/1' } };
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const bytes = await image(photograph(60, 40))
        .withExif(exif)
        .withXmp('<?xml version="1.0"?><x>secret</x>')
        .withIccProfile('p3')
        .toFormat(format)
        .toBuffer();
      const result = await engine.process(bytes, []);
      const { exif: left, icc, xmp, comments } = await sharp(result.path).metadata();
      expect({ left, icc, xmp, comments }).toEqual({});
      expect((await readFile(result.path)).includes('secret')).toBe(false);
    }
  });

  test.each(['jpeg', 'png', 'webp'] as const)('Display P3 becomes sRGB (%s)', async (format) => {
    const bytes = await image(plain(40, 40, [200, 60, 40]))
      .withIccProfile('p3')
      .toFormat(format, { quality: 100 })
      .toBuffer();
    const result = await engine.process(bytes, [convert('png')]);
    expect(await colourAt(result, 20, 20)).toEqual(near([200, 60, 40], 5));
  });

  test('16 bits a channel become 8, with and without a profile, before and after filters', async () => {
    for (const profile of [null, 'p3']) {
      const source = image(plain(40, 40, [200, 60, 40])).toColourspace('rgb16');
      const bytes = await (profile ? source.withIccProfile(profile) : source).png().toBuffer();
      expect((await sharp(bytes).metadata()).depth).toBe('ushort');
      for (const operations of [[], [filter('blur')], [resize(20, 20), filter('sharpen')]]) {
        const result = await engine.process(bytes, operations);
        expect(await colourAt(result, 10, 10)).toEqual(near([200, 60, 40]));
        expect((await sharp(result.path).metadata()).depth).toBe('uchar');
      }
    }
  });

  test('CMYK becomes sRGB, with its profile and without', async () => {
    for (const profile of ['cmyk', null]) {
      const cmyk = image(plain(40, 40, [200, 60, 40])).toColourspace('cmyk');
      const bytes = await (profile ? cmyk.withIccProfile(profile) : cmyk).jpeg({ quality: 100 }).toBuffer();
      expect((await sharp(bytes).metadata()).space).toBe('cmyk');
      for (const format of ['png', 'jpg', 'webp'] as const) {
        const result = await engine.process(bytes, [convert(format), compress(95)]);
        expect((await sharp(result.path).metadata()).space).toBe('srgb');
        expect(await colourAt(result, 20, 20)).toEqual(near([200, 50, 30], 25));
      }
    }
  });

  test('a JPEG with a gain map, as phones store bright pictures, comes out without it', async () => {
    const bytes = await brightJpeg(64, 48);
    expect((await sharp(bytes).metadata()).gainMap).toBeDefined();
    const result = await engine.process(bytes, [resize(32, 24)]);
    expect(result).toMatchObject({ width: 32, height: 24 });
    expect((await sharp(result.path).metadata()).gainMap).toBeUndefined();
  });

  test('grey stays grey', async () => {
    const bytes = await image(plain(40, 40, [90]))
      .toColourspace('b-w')
      .png()
      .toBuffer();
    for (const operations of [[], [resize(20, 20), filter('grayscale'), filter('blur')]]) {
      const result = await engine.process(bytes, operations);
      const colour = await colourAt(result, 10, 10);
      expect(new Set(colour)).toEqual(new Set([90]));
    }
  });
});

describe('transparency', () => {
  test('is kept by PNG, WebP and AVIF', async () => {
    const bytes = await image(transparent(80, 60)).png().toBuffer();
    for (const format of ['png', 'webp', 'avif'] as const) {
      const result = await engine.process(bytes, [convert(format)]);
      const [clear, opaque] = [await colourAt(result, 40, 30), await colourAt(result, 0, 0)];
      // AVIF codes transparency as it does colours.
      expect([clear[3], opaque[3]]).toEqual(format === 'avif' ? near([0, 255]) : [0, 255]);
    }
  });

  test('is laid on white for JPEG', async () => {
    const bytes = await image(transparent(80, 60)).png().toBuffer();
    const result = await engine.process(bytes, [convert('jpg'), compress(95)]);
    expect(await colourAt(result, 40, 30)).toEqual(near([255, 255, 255]));
  });

  test.each(['blur', 'sharpen', 'grayscale'] as const)('%s leaves it untouched', async (type) => {
    const pixels = transparent(80, 60);
    const bytes = await image(pixels).png().toBuffer();
    const result = await pixelsOfFile((await engine.process(bytes, [filter(type)])).path);
    const alphas = ({ data, channels }: Pixels) => Buffer.from(data).filter((_, at) => at % channels === channels - 1);
    expect(alphas(result)).toEqual(alphas(pixels));
  });

  test('pads what is contained, and is white in JPEG', async () => {
    const bytes = await image(plain(40, 20, [200, 60, 40]))
      .png()
      .toBuffer();
    const clear = await engine.process(bytes, [resize(50, 60, 'contain')]);
    expect(clear).toMatchObject({ width: 50, height: 60 });
    expect((await colourAt(clear, 25, 2))[3]).toBe(0);
    expect(await colourAt(clear, 25, 30)).toEqual(near([200, 60, 40, 255]));
    const white = await engine.process(bytes, [resize(50, 60, 'contain'), convert('jpg')]);
    expect(await colourAt(white, 25, 2)).toEqual(near([255, 255, 255]));
  });
});

describe('animation', () => {
  const frames = [1, 2, 3].map((seed) => photograph(60, 40, seed));

  test('every frame is kept with its time, through passes', async () => {
    const bytes = await animation(frames, [50, 100, 150], 3).toBuffer();
    for (const operations of [[], [resize(30, 20)], [filter('blur'), resize(30, 20, 'contain'), filter('sharpen')]]) {
      const result = await engine.process(bytes, operations);
      const { pages, delay, loop } = await sharp(result.path).metadata();
      expect({ pages, delay, loop }).toEqual({ pages: 3, delay: [50, 100, 150], loop: 3 });
    }
  });

  test('frames do not bleed into each other', async () => {
    const bytes = await animation([plain(20, 20, [0, 0, 0]), plain(20, 20, [255, 255, 255])]).toBuffer();
    const { path } = await engine.process(bytes, [filter('blur'), filter('sharpen'), resize(20, 10), compress(95)]);
    const { data, channels } = await pixelsOfFile(path);
    expect(data[channels * 20 * 9]).toBeLessThan(8);
    expect(data[channels * 20 * 10]).toBeGreaterThan(247);
  });

  test.each<ImageFormat>(['png', 'jpg', 'avif'])('a %s has the first frame', async (format) => {
    const bytes = await animation([quarters(40, 40), plain(40, 40, [0, 0, 0])]).toBuffer();
    const result = await engine.process(bytes, [convert(format)]);
    expect(result).toMatchObject({ width: 40, height: 40 });
    expect(await quartersOf(result)).toEqual(['red', 'green', 'blue', 'white']);
  });
});

describe('sizes', () => {
  test.each([
    ['cover', 1, 5000, 5000, 1],
    ['cover', 5000, 2, 7, 4000],
    ['contain', 4000, 1, 1, 900],
    ['fill', 3, 7, 6000, 1],
    ['inside', 9999, 2, 30, 30],
    ['outside', 100, 3, 30, 30],
  ] as const)('%s of %ix%i to %ix%i', async (fit, fromWidth, fromHeight, width, height) => {
    const bytes = await image(photograph(fromWidth, fromHeight)).png().toBuffer();
    const result = await engine.process(bytes, [resize(width, height, fit)]);
    const { width: stored, height: storedHeight } = await sharp(result.path).metadata();
    expect(result).toMatchObject({ width: stored, height: storedHeight });
    if (fit === 'inside') expect(result).toMatchObject({ width: 30, height: 1 });
    else if (fit === 'outside') expect(result).toMatchObject({ width: 1000, height: 30 });
    else expect(result).toMatchObject({ width, height });
  });
});

test('a WebP that gets very small keeps its colour, though its decoder would turn it black', async () => {
  const bytes = await image(plain(2, 40, [200, 60, 40]))
    .webp({ quality: 95 })
    .toBuffer();
  const result = await engine.process(bytes, [resize(1, 39), convert('png')]);
  expect(await colourAt(result, 0, 20)).toEqual(near([200, 60, 40], 12));
});

describe('AVIF', () => {
  test.each([1, 3, 6, 7])(
    'comes out upright, with nothing beside the picture (EXIF orientation %i)',
    async (orientation) => {
      const held = await (await heldAt(quarters(96, 64), orientation)).jpeg({ quality: 95 }).toBuffer();
      const result = await engine.process(held, [convert('avif')]);
      expect(result).toMatchObject({ format: 'avif', width: 96, height: 64, quality: 70, warnings: [] });
      expect(await quartersOf(result)).toEqual(['red', 'green', 'blue', 'white']);
      const { compression, icc, exif, xmp } = await sharp(result.path).metadata();
      expect({ compression, icc, exif, xmp }).toEqual({ compression: 'av1' });
      const groups = Object.keys(besideThePicture(result.path)).map((name) => name.split(':')[0]);
      expect(new Set(groups)).toEqual(new Set(['QuickTime', 'Meta']));
    },
  );

  test('looks like the picture, of any size, in colours and in grey', async () => {
    for (const [width, height] of [
      [1, 1],
      [3, 200],
      [301, 199],
    ] as const) {
      const bytes = await image(photograph(width, height)).png().toBuffer();
      const { path } = await engine.process(bytes, [convert('avif'), compress(95)]);
      const [before, after] = [await pixelsOfFile(await engine.store(bytes)), await pixelsOfFile(path)];
      const difference = before.data.reduce((sum, value, i) => sum + Math.abs(value - (after.data[i] as number)), 0);
      expect([after.width, after.height]).toEqual([width, height]);
      expect(difference / before.data.length).toBeLessThan(3);
    }
    const grey = await image(photograph(60, 40)).toColourspace('b-w').png().toBuffer();
    const [red = 0, green = 0, blue = 0] = await colourAt(await engine.process(grey, [convert('avif')]), 30, 20);
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThanOrEqual(2);
  });

  test('is of the quality and the effort that are asked for', async () => {
    const bytes = await image(photograph(400, 300)).png().toBuffer();
    const sizeBy = async (...operations: Operation[]) =>
      (await engine.process(bytes, [convert('avif'), ...operations])).bytes;
    expect(await sizeBy(compress(40))).toBeLessThan(await sizeBy());
    expect(await sizeBy(compress(70, 'small'))).not.toBe(await sizeBy(compress(70, 'fast')));
  });
});

describe('most bytes', () => {
  test.each(['jpg', 'webp', 'avif'] as const)('make a %s as fine as they allow', async (format) => {
    const bytes = await image(photograph(400, 300)).png().toBuffer();
    const fine = await engine.process(bytes, [convert(format)]);
    const most = Math.round(fine.bytes * 0.6);
    const result = await engine.process(bytes, [convert(format), compressTo(most)]);
    expect(result.bytes).toBeLessThanOrEqual(most);
    expect(result.bytes).toBeGreaterThan(most * 0.8);
    // The file is that of its quality, and the next quality is too large.
    const { quality } = result as { quality: number };
    const same = await engine.process(bytes, [convert(format), compress(quality)]);
    expect((await readFile(same.path)).equals(await readFile(result.path))).toBe(true);
    const finer = await engine.process(bytes, [convert(format), compress(quality + 1)]);
    expect(finer.bytes).toBeGreaterThan(most);
  });

  test('that are enough leave the quality as asked for, or 85', async () => {
    const bytes = await image(photograph(80, 60)).jpeg({ quality: 95 }).toBuffer();
    expect(await engine.process(bytes, [compressTo(1_000_000)])).toMatchObject({ quality: 85 });
    expect(await engine.process(bytes, [compressTo(1_000_000, 90)])).toMatchObject({ quality: 90 });
  });

  test('hold for grey pictures, transparent ones, and all frames of an animation', async () => {
    const smaller = async (bytes: Buffer, ...operations: Operation[]) => {
      const fine = await engine.process(bytes, operations);
      const most = Math.round(fine.bytes * 0.7);
      const result = await engine.process(bytes, [...operations, compressTo(most)]);
      expect(result.bytes).toBeLessThanOrEqual(most);
      expect(result.quality).toBeLessThan(85);
      return sharp(result.path).metadata();
    };
    const grey = await image(photograph(400, 300)).toColourspace('b-w').png().toBuffer();
    expect((await smaller(grey, convert('jpg'))).space).toBe('b-w');
    const clear = await image(transparent(400, 300)).png().toBuffer();
    expect((await smaller(clear, convert('webp'))).hasAlpha).toBe(true);
    const moving = await animation([1, 2, 3].map((seed) => photograph(240, 180, seed))).toBuffer();
    expect(await smaller(moving)).toMatchObject({ pages: 3, width: 240, height: 180 });
  });
});

describe('encoding', () => {
  test('a palette makes PNG smaller', async () => {
    const bytes = await image(photograph(200, 150)).png().toBuffer();
    const whole = await engine.process(bytes, []);
    const small = await engine.process(bytes, [compress(60)]);
    expect((await sharp(small.path).metadata()).isPalette).toBe(true);
    expect((await readFile(small.path)).length).toBeLessThan((await readFile(whole.path)).length / 2);
  });

  test('without compress a PNG loses nothing', async () => {
    const pixels = lineArt(120, 90);
    const result = await engine.process(await image(pixels).png().toBuffer(), []);
    expect((await pixelsOfFile(result.path)).data.equals(pixels.data)).toBe(true);
  });

  test('quality and effort reach the encoders', async () => {
    const bytes = await image(photograph(300, 200)).jpeg({ quality: 95 }).toBuffer();
    for (const format of ['jpg', 'webp'] as const) {
      const sizeAt = async (...setting: Parameters<typeof compress>) =>
        (await readFile((await engine.process(bytes, [convert(format), compress(...setting)])).path)).length;
      expect(await sizeAt(30)).toBeLessThan(await sizeAt(80));
      expect(await sizeAt(80, 'small')).toBeLessThan(await sizeAt(80, 'fast'));
    }
  });
});
