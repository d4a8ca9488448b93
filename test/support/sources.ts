import fc from 'fast-check';
import sharp from 'sharp';
import type { Size } from '../../src/imaging/domain/image-facts.ts';
import type { Operation } from '../../src/imaging/operations/operations.ts';
import { compress, compressTo, convert, filter, flip, resize, rotate, scale } from './operations.ts';
import { animation, heldAt, image, lineArt, photograph, transparent } from './pictures.ts';

/** The kinds of picture that operations are tried on. */
const KINDS = [
  'photograph',
  'line art',
  'alpha',
  'grey',
  '16 bit',
  '16 bit P3',
  'CMYK',
  'Display P3',
  'held',
  'animation',
] as const;

/** A picture to be made: the words that make it, so that a failed case can be read. */
export interface SourceRecipe {
  readonly kind: (typeof KINDS)[number];
  readonly format: 'jpeg' | 'png' | 'webp';
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
  readonly frames: number;
  readonly seed: number;
}

/** Recipes of small pictures of every kind. */
export const sourceRecipe: fc.Arbitrary<SourceRecipe> = fc.record({
  kind: fc.constantFrom(...KINDS),
  format: fc.constantFrom('jpeg', 'png', 'webp'),
  width: fc.integer({ min: 1, max: 140 }),
  height: fc.integer({ min: 1, max: 140 }),
  orientation: fc.integer({ min: 1, max: 8 }),
  frames: fc.integer({ min: 2, max: 4 }),
  seed: fc.nat(1_000),
});

/** The file of a recipe. Kinds that a format cannot hold come in one that can. */
export async function fileOf({
  kind,
  format,
  width,
  height,
  orientation,
  frames,
  seed,
}: SourceRecipe): Promise<Buffer> {
  const photo = () => photograph(width, height, seed);
  const fine = { quality: 95 };
  switch (kind) {
    case 'photograph':
      return image(photo()).toFormat(format, fine).toBuffer();
    case 'line art':
      return image(lineArt(width, height, seed))
        .toFormat(format, fine)
        .toBuffer();
    case 'alpha':
      return image(transparent(width, height, seed))
        .toFormat(format === 'jpeg' ? 'png' : format, fine)
        .toBuffer();
    case 'grey':
      return image(photo()).toColourspace('b-w').toFormat(format, fine).toBuffer();
    case '16 bit':
      return image(photo()).toColourspace('rgb16').png().toBuffer();
    case '16 bit P3':
      return image(photo()).toColourspace('rgb16').withIccProfile('p3').png().toBuffer();
    case 'CMYK':
      return image(photo()).toColourspace('cmyk').withIccProfile('cmyk').jpeg(fine).toBuffer();
    case 'Display P3':
      return image(photo()).withIccProfile('p3').toFormat(format, fine).toBuffer();
    case 'held':
      return (await heldAt(photo(), orientation)).toFormat(format, fine).toBuffer();
    case 'animation': {
      const all = Array.from({ length: frames }, (_, i) =>
        (seed % 2 ? photograph : transparent)(width, height, seed + i),
      );
      return animation(all).toBuffer();
    }
  }
}

/** How many frames sharp's own reading of a file shows; equal neighbours were made one by its encoder. */
export async function framesOf(bytes: Uint8Array): Promise<number> {
  return (await sharp(bytes).metadata()).pages ?? 1;
}

/** The size of a file's picture as a person sees it. */
export async function sizeOf(bytes: Uint8Array): Promise<Size> {
  return (await sharp(bytes).metadata()).autoOrient;
}

const fits = fc.constantFrom('fill', 'cover', 'contain', 'inside', 'outside');
const side = fc.integer({ min: 1, max: 180 });
const angle = fc.constantFrom(90, 180, 270);
const scaling = fc
  .oneof(fc.record({ width: side }), fc.record({ height: side }), fc.record({ width: side, height: side }))
  .chain((box) => fc.boolean().map((enlarge) => scale({ ...box, enlarge })));

/** One to six operations, as a client might send them. */
export const operationList: fc.Arbitrary<Operation[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(side, side, fits).map(([width, height, fit]) => resize(width, height, fit)) },
    { weight: 2, arbitrary: scaling },
    { weight: 2, arbitrary: angle.map((degrees) => rotate(degrees)) },
    { weight: 1, arbitrary: fc.constantFrom('horizontal', 'vertical').map((axis) => flip(axis)) },
    { weight: 3, arbitrary: fc.constantFrom('grayscale', 'blur', 'sharpen').map((type) => filter(type)) },
    { weight: 1, arbitrary: fc.constantFrom('jpg', 'png', 'webp').map((format) => convert(format)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.integer({ min: 60, max: 95 }), fc.constantFrom('fast', 'balanced', 'small'))
        .map(([quality, effort]) => compress(quality, effort)),
    },
    { weight: 1, arbitrary: fc.integer({ min: 1_000, max: 20_000 }).map((bytes) => compressTo(bytes)) },
  ),
  { maxLength: 6 },
);
