import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { srgbLight, srgbNumber } from '../../support/colour-science.ts';
import { type Processed, useEngine } from '../../support/engine.ts';
import { jpegSegment, withJpegSegments } from '../../support/file-parts.ts';
import { greyProfile, sampledGreyProfile } from '../../support/icc-profiles.ts';
import { compress, convert, filter, resize } from '../../support/operations.ts';
import { heldAt, image, type Pixels } from '../../support/pictures.ts';
import { colourChunk, pngFile } from '../../support/png-files.ts';

const engine = useEngine();
const [width, height] = [256, 16];
const ramp: Pixels = {
  data: Buffer.from(Array.from({ length: width * height }, (_, i) => i % width)),
  width,
  height,
  channels: 1,
};
const greyJpeg = await image(ramp).toColourspace('b-w').jpeg({ quality: 100 }).toBuffer();

/** Photoshop's grey for print: a fifth more ink on paper than was asked for, at the middle. */
const dotGain = (value: number) => {
  const ink = 1 - value;
  return 1 - (ink + 0.8 * ink * (1 - ink));
};
const srgbCurve = (value: number) => srgbLight(value * 255);

const PROFILES: [name: string, profile: Buffer, lightOf: (value: number) => number][] = [
  ['linear', greyProfile(1), (value) => value],
  ['of gamma 1.8', greyProfile(1.796875), (value) => value ** 1.796875],
  ['of gamma 2.2', greyProfile(2.19921875), (value) => value ** 2.19921875],
  ['of dots on paper', sampledGreyProfile(dotGain), dotGain],
  ["of sRGB's curve", sampledGreyProfile(srgbCurve), srgbCurve],
];

const FILES: [name: string, fileOf: (profile: Buffer) => Buffer][] = [
  ['a JPEG', jpegOf],
  ['a PNG', (profile) => pngOf(profile, 8)],
  ['a PNG of 16 bits', (profile) => pngOf(profile, 16)],
];

function jpegOf(profile: Buffer): Buffer {
  const data = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), profile]);
  return withJpegSegments(greyJpeg, jpegSegment(0xe2, data));
}

function pngOf(profile: Buffer, depth: 8 | 16): Buffer {
  const valuesAt = (x: number) => [depth === 8 ? x : x * 257];
  return pngFile({ width, height, depth, colourType: 'grey', valuesAt, chunks: [colourChunk.iCCP(profile)] });
}

async function shadesOf({ path }: Processed): Promise<number[]> {
  const { data, info } = await sharp(path).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: width }, (_, x) => data[x * info.channels] as number);
}

describe.each(FILES)('the values of %s in grey', (_, fileOf) => {
  test.each(PROFILES)('mean what a profile says that is %s', async (__, profile, lightOf) => {
    const result = await engine.process(fileOf(profile), [convert('png')]);
    expect(await sharp(result.path).metadata()).toMatchObject({ space: 'b-w', channels: 1, hasProfile: false });
    const shades = await shadesOf(result);
    const expected = Array.from({ length: width }, (___, x) => srgbNumber(lightOf(x / 255)));
    for (const [x, shade] of shades.entries()) expect(Math.abs(shade - (expected[x] as number))).toBeLessThanOrEqual(1);
  });
});

test('a JPEG of a linear profile is as light after other work, and upright', async () => {
  const light = srgbNumber(64 / 255);
  const flat = image({ data: Buffer.alloc(width * height, 64), width, height, channels: 1 });
  const bare = await flat.toColourspace('b-w').jpeg({ quality: 100 }).toBuffer();
  const segment = jpegSegment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), greyProfile(1)]));
  for (const operations of [[resize(64, 8)], [filter('blur')], [resize(512, 32), filter('sharpen')], [compress(95)]]) {
    const { data } = await sharp(
      await readFile((await engine.process(withJpegSegments(bare, segment), operations)).path),
    )
      .raw()
      .toBuffer({ resolveWithObject: true });
    for (const value of data) expect(Math.abs(value - light)).toBeLessThanOrEqual(1);
  }
  const held = await (await heldAt(ramp, 6)).toColourspace('b-w').jpeg({ quality: 100 }).toBuffer();
  expect(await engine.process(withJpegSegments(held, segment), [])).toMatchObject({ width, height });
});

test("a JPEG of sRGB's curve is kept where its encoding would be larger", async () => {
  const rough = await image(ramp).toColourspace('b-w').jpeg({ quality: 20 }).toBuffer();
  const data = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), sampledGreyProfile(srgbCurve, 256)]);
  const result = await engine.process(withJpegSegments(rough, jpegSegment(0xe2, data)), [compress(95)]);
  expect(result).toMatchObject({ bytes: rough.length, warnings: [{ code: 'kept_original' }] });
});
