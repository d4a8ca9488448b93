import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { imageFormatOf, type SourceFormat } from '../../../src/imaging/domain/image-format.ts';
import { outcomeOf } from '../../../src/imaging/domain/outcome.ts';
import { sharedDecode } from '../../../src/imaging/infrastructure/shared-decode.ts';
import type { Operation } from '../../../src/imaging/operations/operations.ts';
import { POLICIES } from '../../support/callers.ts';
import { imageOf, useEngine } from '../../support/engine.ts';
import { convert, crop, filter, pad, resize, rotate, scale } from '../../support/operations.ts';
import { image, photograph, transparent } from '../../support/pictures.ts';

/** Most that a picture may differ from that of a job of its own, on average, of 255. */
const MOST_DIFFERENCE = 4;
// Made once: it takes longer than what is done with it.
const PHOTO = photograph(1200, 900, 7);
const TRANSPARENT = transparent(1200, 900);
const photo = () => image(PHOTO);
const fine = { quality: 95 };

const SOURCES: [name: string, file: () => Promise<Buffer>][] = [
  ['a JPEG', () => photo().jpeg(fine).toBuffer()],
  ['a PNG', () => photo().png().toBuffer()],
  ['a WebP', () => photo().webp(fine).toBuffer()],
  ['a JPEG that lies on its side', () => photo().withMetadata({ orientation: 6 }).jpeg(fine).toBuffer()],
  ['a grey JPEG', () => photo().greyscale().jpeg(fine).toBuffer()],
  ['a CMYK JPEG', () => photo().toColourspace('cmyk').withIccProfile('cmyk').jpeg(fine).toBuffer()],
  ['a Display P3 JPEG', () => photo().withIccProfile('p3').jpeg(fine).toBuffer()],
  ['a transparent PNG', () => image(TRANSPARENT).png().toBuffer()],
  ['a transparent WebP', () => image(TRANSPARENT).webp(fine).toBuffer()],
  ['a PNG of 16 bits', () => photo().toColourspace('rgb16').png().toBuffer()],
];

const OUTPUTS: Operation[][] = [
  [scale({ width: 600 }), convert('webp')],
  [scale({ width: 480 }), convert('jpg')],
  [resize(300, 225), filter('blur'), convert('png')],
  [scale({ width: 200 }), rotate(90), convert('webp')],
  [resize(160, 160, 'cover'), convert('jpg')],
  [scale({ width: 150 }), filter('grayscale'), convert('webp')],
  [scale({ width: 100 }), pad({ top: 5, left: 10, color: '#336699' }), convert('png')],
  [convert('webp')],
  [crop({ width: 200, height: 200, x: 500, y: 300 }), convert('webp')],
];

describe('several outputs of one source', () => {
  const engine = useEngine();

  test.each(SOURCES)('of %s are what jobs of their own would give', async (_name, file) => {
    const bytes = await file();
    const source = await engine.store(bytes);
    const facts = await engine.headers.read(source, imageFormatOf(bytes) as SourceFormat, 'picture');
    const pictures = OUTPUTS.map((operations, index) => ({
      target: `${source}-${index}`,
      operations,
      outcome: outcomeOf(facts, operations, POLICIES.authenticated),
    }));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const together = await engine.transformer.transform({ source, sha256, facts, pictures, deadlineSeconds: 60 });
    for (const [index, operations] of OUTPUTS.entries()) {
      const made = imageOf(together[index]);
      const alone = await engine.process(bytes, operations);
      expect([made.format, made.width, made.height]).toEqual([alone.format, alone.width, alone.height]);
      const difference = await meanDifference(`${source}-${index}`, alone.path);
      expect(difference, JSON.stringify(operations)).toBeLessThanOrEqual(MOST_DIFFERENCE);
    }
  });
});

describe('the decode that they share', () => {
  const engine = useEngine();

  async function shared(bytes: Buffer, outputs: Operation[][]) {
    const source = await engine.store(bytes);
    const facts = await engine.headers.read(source, imageFormatOf(bytes) as SourceFormat, 'picture');
    const jobs = outputs.map((operations) => {
      const outcome = outcomeOf(facts, operations, POLICIES.authenticated);
      return { source, sha256: null, facts, target: `${source}.out`, operations, outcome };
    });
    const decode = await sharedDecode(jobs);
    const { width, height } = decode?.pixels.info ?? {};
    return { size: [width, height], served: jobs.map((job) => decode?.plans.has(job) ?? false) };
  }

  test('has the size of the largest, and serves all that are smaller', async () => {
    const outputs = [200, 600, 400, 100].map((width) => [scale({ width })]);
    const jpeg = await photo().jpeg().toBuffer();
    expect(await shared(jpeg, outputs)).toEqual({ size: [600, 450], served: [true, true, true, true] });
  });

  test('is in proportion where none is the largest on both sides', async () => {
    const jpeg = await photo().jpeg().toBuffer();
    const wideAndHigh = [[resize(600, 100)], [resize(100, 400)]];
    const outputs = [...wideAndHigh, [scale({ width: 90 })], [scale({ width: 80 })]];
    expect(await shared(jpeg, outputs)).toEqual({ size: [600, 450], served: [false, false, true, true] });
    expect((await shared(jpeg, wideAndHigh)).size).toEqual([undefined, undefined]);
  });

  test('leaves out what is not made smaller first, what is hardly smaller, and single ones', async () => {
    const jpeg = await photo().jpeg().toBuffer();
    const smaller = [scale({ width: 400 })];
    const others = [[], [filter('blur'), ...smaller], [crop({ width: 100, height: 100, x: 600, y: 500 })]];
    const { served } = await shared(jpeg, [...others, smaller, [scale({ width: 380 })], [scale({ width: 100 })]]);
    expect(served).toEqual([false, false, false, true, false, true]);
    expect((await shared(jpeg, [...others, smaller])).size).toEqual([undefined, undefined]);
  });

  test('leaves out what is cut where the pixels tell, first or later', async () => {
    const jpeg = await photo().jpeg().toBuffer();
    const smaller = [[scale({ width: 600 })], [scale({ width: 100 })]];
    const chosen = (['attention', 'entropy'] as const).flatMap((gravity) => [
      [resize(200, 100, 'cover', { gravity })],
      [scale({ width: 400 }), filter('blur'), crop({ width: 90, height: 90, gravity })],
      [scale({ width: 600 }), crop({ width: 90, height: 90, gravity })],
      [scale({ width: 400 }), filter('blur'), resize(900, 300, 'cover', { gravity })],
    ]);
    const { served } = await shared(jpeg, [...smaller, ...chosen]);
    expect(served).toEqual([true, true, ...chosen.map(() => false)]);
  });

  test('is not there where the source does not come through', async () => {
    const jpeg = await photo().jpeg().toBuffer();
    const cut = jpeg.subarray(0, Math.floor(jpeg.length * 0.6));
    expect((await shared(cut, [[scale({ width: 400 })], [scale({ width: 100 })]])).size).toEqual([
      undefined,
      undefined,
    ]);
  });
});

/** Of two files of one size, over all channels of what is seen on grey, of 255. */
async function meanDifference(one: string, other: string): Promise<number> {
  const pixelsOf = (path: string) =>
    sharp(path).toColourspace('srgb').flatten({ background: '#808080' }).raw().toBuffer();
  const [first, second] = [await pixelsOf(one), await pixelsOf(other)];
  expect(first.length).toBe(second.length);
  let sum = 0;
  for (let i = 0; i < first.length; i += 1) sum += Math.abs((first[i] as number) - (second[i] as number));
  return sum / first.length;
}
