import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../src/imaging/operations/operations.ts';
import { type Processed, useEngine } from '../../support/engine.ts';
import { besideThePicture } from '../../support/exiftool.ts';
import { jpegSegment, pngChunk, riffChunk, webp, withJpegSegments } from '../../support/file-parts.ts';
import { compress, compressTo, convert, filter, flip, resize, rotate } from '../../support/operations.ts';
import { animation, heldAt, image, lineArt, photograph, quarters, transparent } from '../../support/pictures.ts';
import { colourChunk } from '../../support/png-files.ts';

const engine = useEngine();
const SECRET = 'taken by somebody';
const fine = [compress(95)];
/** Where the chunk behind the size stands in a PNG. */
const AFTER_HEADER = 33;

/** A picture that was encoded roughly, so that at a fine quality it would grow. */
const roughly = (format: 'jpeg' | 'webp') => image(photograph(480, 360)).toFormat(format, { quality: 20 });

/** With metadata of every kind, and with something behind its end. */
async function told(picture: Sharp): Promise<Buffer> {
  const exif = { IFD0: { Copyright: SECRET }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' } };
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="${SECRET}"/></rdf:RDF></x:xmpmeta>`;
  return Buffer.concat([await picture.withExif(exif).withXmp(xmp).toBuffer(), Buffer.from(SECRET)]);
}

function inserted(file: Buffer, at: number, part: Buffer): Buffer {
  return Buffer.concat([file.subarray(0, at), part, file.subarray(at)]);
}

/** A PNG of colours that run into each other: few bytes by PNG's own filters, more by a palette, which has to mix them. */
async function runningPng(chunks: readonly Buffer[] = []): Promise<Buffer> {
  const data = Buffer.from(
    Array.from({ length: 240 * 240 * 3 }, (_, i) => Math.floor(i / 3 / (1 + 120 * (i % 3))) % 240),
  );
  const file = await image({ data, width: 240, height: 240, channels: 3 }).png({ adaptiveFiltering: true }).toBuffer();
  return inserted(file, AFTER_HEADER, Buffer.concat(chunks));
}

const pixelsOf = (file: Buffer | string) => sharp(file, { pages: -1 }).raw().toBuffer();

/** The result is the original's picture to the last bit, with nothing beside it and a warning. */
async function expectKept(original: Buffer, operations: readonly Operation[] = fine): Promise<Processed> {
  const result = await engine.process(original, operations);
  expect(result).toMatchObject({
    quality: null,
    warnings: [{ code: 'kept_original', detail: expect.stringContaining(`${result.bytes} bytes`) }],
  });
  expect(result.bytes).toBeLessThanOrEqual(original.length);
  const file = await readFile(result.path);
  expect((await pixelsOf(file)).equals(await pixelsOf(original))).toBe(true);
  expect(file.includes(SECRET)).toBe(false);
  expect(besideThePicture(result.path)).toEqual({});
  return result;
}

async function expectEncoded(original: Buffer, operations: readonly Operation[] = fine): Promise<void> {
  const result = await engine.process(original, operations);
  expect(result.warnings).toEqual([]);
}

describe('an original that is smaller than its encoding is kept, without metadata', () => {
  test('a JPEG, sequential and progressive, in colours and in grey', async () => {
    await expectKept(await told(roughly('jpeg')));
    await expectKept(await told(image(photograph(480, 360)).jpeg({ quality: 20, progressive: true })));
    await expectKept(await told(image(photograph(480, 360)).toColourspace('b-w').jpeg({ quality: 20 })));
  });

  test('a JPEG with comments, and with what Adobe says of its colours, which stays', async () => {
    const adobe = Buffer.from([...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, 1, ...Buffer.from(SECRET)]);
    const plain = await told(roughly('jpeg'));
    const parts = Buffer.concat([jpegSegment(0xfe, Buffer.from(SECRET)), jpegSegment(0xee, adobe)]);
    const result = await engine.process(inserted(plain, 2, parts), fine);
    expect(result).toMatchObject({ quality: null, warnings: [{ code: 'kept_original' }] });
    const file = await readFile(result.path);
    expect(file.includes(Buffer.from([0xff, 0xee, 0, 14, ...adobe.subarray(0, 12)]))).toBe(true);
    expect(file.includes(SECRET)).toBe(false);
    expect(Object.keys(besideThePicture(result.path)).every((name) => name.startsWith('Adobe:'))).toBe(true);
    expect((await pixelsOf(file)).equals(await pixelsOf(plain))).toBe(true);
  });

  test('a PNG, with its transparency', async () => {
    const text = pngChunk('tEXt', Buffer.from(`Comment\0${SECRET}`));
    await expectKept(Buffer.concat([await runningPng([text, colourChunk.sRGB()]), Buffer.from(SECRET)]));
    const key = pngChunk('tRNS', Buffer.of(0, 10, 0, 20, 0, 10));
    const { path } = await expectKept(await runningPng([text, key]));
    expect((await sharp(path).metadata()).hasAlpha).toBe(true);
  });

  test('a WebP, lossy and lossless, still and moving, with its transparency', async () => {
    await expectKept(await told(roughly('webp')));
    await expectKept(await told(image(lineArt(480, 360)).webp({ lossless: true })));
    await expectKept(await told(image(transparent(480, 360)).webp({ quality: 20 })));
    const frames = [photograph(80, 60, 1), transparent(80, 60, 2), photograph(80, 60, 3)];
    const moving = await told(animation(frames).webp({ lossless: false, quality: 20, delay: [40, 70, 90], loop: 2 }));
    const { path } = await expectKept(moving);
    expect(await sharp(path).metadata()).toMatchObject({ pages: 3, delay: [40, 70, 90], loop: 2 });
  });

  test('without what decoders only warn of', async () => {
    const original = await roughly('jpeg').toBuffer();
    const stray = inserted(original, original.indexOf(Buffer.of(0xff, 0xda)), Buffer.from('stray'));
    for (const file of [stray, original.subarray(0, -2)]) {
      const result = await engine.process(file, fine);
      expect(result).toMatchObject({ quality: null, warnings: [{ code: 'kept_original' }] });
      expect((await readFile(result.path)).equals(original)).toBe(true);
    }
    const webp = await told(roughly('webp'));
    expect(await engine.process(webp.subarray(0, -20 - SECRET.length), fine)).toMatchObject({ quality: null });
  });

  test('with a profile that says sRGB, which says nothing', async () => {
    const original = await roughly('jpeg').withIccProfile('srgb').toBuffer();
    const { path, quality } = await engine.process(original, fine);
    expect(quality).toBeNull();
    expect(besideThePicture(path)).toEqual({});
  });

  test('where operations come to nothing', async () => {
    const original = await told(roughly('webp'));
    for (const operation of [resize(480, 360), convert('webp')]) await expectKept(original, [operation, ...fine]);
    await expectKept(original, [rotate(90), flip('horizontal'), flip('horizontal'), ...fine, rotate(270)]);
  });

  test('where it is within the bytes that no quality keeps to', async () => {
    const original = await roughly('jpeg').toBuffer();
    const least = await engine.process(original, [compress(10)]);
    expect(least.bytes).toBeLessThan(original.length);
    await expectKept(original, [compressTo(original.length + 5_000, 95)]);
    const lossless = await image(lineArt(600, 450)).webp({ lossless: true }).toBuffer();
    await expect(engine.process(lossless, [compressTo(1_000)])).rejects.toThrow('max_bytes is 1000');
    await expectKept(lossless, [compressTo(lossless.length)]);
  });

  const much = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 131) % 251));
  const fourTimes = <Part>(part: Part) => Array<Part>(4).fill(part);
  /** A PNG of sharp's says how many of its pixels make a metre. */
  const PIXELS_A_METRE = 21;

  test.each<[string, plain: () => Promise<Buffer>, beside: number, withMuch: (plain: Buffer) => Buffer]>([
    [
      'JPEG',
      () => roughly('jpeg').toBuffer(),
      0,
      (plain) => withJpegSegments(plain, ...fourTimes(jpegSegment(0xe1, much))),
    ],
    [
      'PNG',
      runningPng,
      PIXELS_A_METRE,
      (plain) => inserted(plain, AFTER_HEADER, Buffer.concat(fourTimes(pngChunk('teXt', much)))),
    ],
    [
      'WebP',
      () => roughly('webp').toBuffer(),
      0,
      (plain) => webp(plain.subarray(12), ...fourTimes(riffChunk('XMP ', much))),
    ],
  ])('by the bytes of its picture alone, whatever stands beside it in a %s', async (format, make, beside, withMuch) => {
    const plain = await make();
    const original = withMuch(plain);
    const bare = plain.length - beside;
    expect(original.length).toBeGreaterThan(bare + 200_000);
    const budgets = format === 'PNG' ? [] : [[compressTo(original.length)], [compressTo(bare)]];
    for (const operations of [fine, ...budgets]) expect((await expectKept(original, operations)).bytes).toBe(bare);
  });
});

describe('it is encoded anew', () => {
  test('where that is no larger', async () => {
    const bytes = await image(photograph(480, 360)).jpeg({ quality: 95 }).toBuffer();
    expect(await engine.process(bytes, [compress(60)])).toMatchObject({ quality: 60, warnings: [] });
  });

  test('without compress, and where pixels or the format change', async () => {
    const original = await told(roughly('webp'));
    await expectEncoded(original, []);
    const changes = [resize(240, 180), filter('sharpen'), rotate(180), convert('png')];
    for (const operation of changes) await expectEncoded(original, [operation, ...fine]);
  });

  test('where it is not upright', async () => {
    await expectEncoded(await (await heldAt(quarters(96, 64), 6)).jpeg({ quality: 20 }).toBuffer());
  });

  test('where its colours are not those of sRGB', async () => {
    const tagged = image(photograph(480, 360)).withIccProfile('p3');
    await expectEncoded(await tagged.clone().jpeg({ quality: 20 }).toBuffer());
    await expectEncoded(await tagged.clone().webp({ quality: 20 }).toBuffer());
    await expectEncoded(await image(photograph(480, 360)).toColourspace('cmyk').jpeg({ quality: 20 }).toBuffer());
    await expectEncoded(await runningPng([colourChunk.gAMA(100_000)]));
  });

  test('where only the first of its frames is left', async () => {
    const moving = await animation([photograph(80, 60, 1), photograph(80, 60, 2)])
      .webp({ lossless: false, quality: 20 })
      .toBuffer();
    const result = await engine.process(moving, fine, { frames: 1 });
    expect(result.warnings).toEqual([]);
  });
});
