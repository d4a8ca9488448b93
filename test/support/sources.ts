import fc from 'fast-check';
import sharp from 'sharp';
import type { Size } from '../../src/imaging/domain/image-facts.ts';
import { outcomeOf } from '../../src/imaging/domain/outcome.ts';
import type { Operation } from '../../src/imaging/operations/operations.ts';
import { POLICIES } from './callers.ts';
import { adjust, compress, compressTo, convert, crop, filter, flip, pad, resize, rotate, scale } from './operations.ts';
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

const side = fc.integer({ min: 1, max: 180 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const gravity = fc.constantFrom(
  ...(['center', 'north', 'northeast', 'east', 'southeast', 'south', 'southwest', 'west', 'northwest'] as const),
  ...(['attention', 'entropy'] as const),
);
const color = fc.constantFrom('transparent', '#f80', '#2040c0', '#808080', '#20c04080', '#00000000');
const edge = fc.integer({ min: 0, max: 40 });

/** A step that a picture of any size can be given, once it is known. */
type StepFor = (size: Size) => Operation;

const always =
  (operation: Operation): StepFor =>
  () =>
    operation;

const resizing = fc.oneof(
  fc.tuple(side, side, fc.constantFrom('fill', 'inside', 'outside')).map(([w, h, fit]) => resize(w, h, fit)),
  fc.tuple(side, side, gravity).map(([w, h, place]) => resize(w, h, 'cover', { gravity: place })),
  fc.tuple(side, side, color).map(([w, h, background]) => resize(w, h, 'contain', { color: background })),
);
const scaling = fc
  .oneof(fc.record({ width: side }), fc.record({ height: side }), fc.record({ width: side, height: side }))
  .chain((box) => fc.boolean().map((enlarge) => scale({ ...box, enlarge })));
const padding = fc
  .record({ top: edge, right: edge, bottom: edge, left: edge, color })
  .filter(({ top, right, bottom, left }) => top + right + bottom + left > 0)
  .map(pad);
const turning = fc.oneof(
  fc.constantFrom(90, 180, 270).map((angle) => rotate(angle)),
  fc.constantFrom('horizontal', 'vertical').map((axis) => flip(axis)),
);
const cropping: fc.Arbitrary<StepFor> = fc.oneof(
  fc.tuple(share, share, share, share).map(([x, y, w, h]) => ({ width, height }: Size) => {
    const box = { x: Math.floor(x * (width - 1)), y: Math.floor(y * (height - 1)) };
    return crop({
      ...box,
      width: 1 + Math.floor(w * (width - 1 - box.x)),
      height: 1 + Math.floor(h * (height - 1 - box.y)),
    });
  }),
  fc.tuple(share, share, gravity).map(
    ([w, h, place]) =>
      ({ width, height }: Size) =>
        crop({ width: 1 + Math.floor(w * (width - 1)), height: 1 + Math.floor(h * (height - 1)), gravity: place }),
  ),
);
const adjusting = fc
  .record({
    brightness: fc.integer({ min: 0, max: 200 }),
    contrast: fc.integer({ min: 0, max: 200 }),
    saturation: fc.integer({ min: 0, max: 200 }),
    hue: fc.integer({ min: 0, max: 359 }),
  })
  .map(adjust);
const compressing = fc
  .tuple(fc.integer({ min: 60, max: 95 }), fc.constantFrom('fast', 'balanced', 'small'))
  .map(([quality, effort]) => compress(quality, effort));

const budget = fc.integer({ min: 1_000, max: 20_000 }).map((bytes) => compressTo(bytes));

/** One to six operations, as a client might send them for a picture of the recipe. */
export function operationsFor({ width, height }: Size): fc.Arbitrary<Operation[]> {
  return fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: resizing.map(always) },
        { weight: 2, arbitrary: scaling.map(always) },
        { weight: 3, arbitrary: cropping },
        { weight: 3, arbitrary: turning.map(always) },
        { weight: 2, arbitrary: padding.map(always) },
        { weight: 2, arbitrary: adjusting.map(always) },
        { weight: 3, arbitrary: fc.constantFrom('grayscale', 'blur', 'sharpen').map((type) => always(filter(type))) },
        {
          weight: 1,
          arbitrary: fc.constantFrom('jpg', 'png', 'webp', 'avif').map((format) => always(convert(format))),
        },
        { weight: 1, arbitrary: compressing.map(always) },
        { weight: 1, arbitrary: budget.map(always) },
      ),
      { maxLength: 6 },
    )
    .map((steps) => {
      const operations: Operation[] = [];
      for (const stepFor of steps) {
        const facts = { format: 'png', frames: 1, width, height } as const;
        operations.push(stepFor(outcomeOf(facts, operations, POLICIES.authenticated).size));
      }
      return operations;
    });
}

/** A picture, and operations for it. */
export const work: fc.Arbitrary<[SourceRecipe, Operation[]]> = sourceRecipe.chain((recipe) =>
  operationsFor(recipe).map((operations) => [recipe, operations]),
);
