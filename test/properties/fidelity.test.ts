import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Encoding } from '../../src/imaging/domain/encoding.ts';
import { workProblems } from '../../src/imaging/domain/errors.ts';
import type { Size } from '../../src/imaging/domain/image-facts.ts';
import { imageFormatOf } from '../../src/imaging/domain/image-format.ts';
import { outcomeOf } from '../../src/imaging/domain/outcome.ts';
import { encode } from '../../src/imaging/infrastructure/sharp-encoders.ts';
import type { Operation } from '../../src/imaging/operations/operations.ts';
import { POLICIES } from '../support/callers.ts';
import { withPlaces } from '../support/chosen-places.ts';
import { type Processed, useEngine } from '../support/engine.ts';
import { type Likeness, likeness } from '../support/likeness.ts';
import { convert } from '../support/operations.ts';
import { type Frame, framesOfFile, referenceFrames } from '../support/reference-executor.ts';
import { fileOf, framesOf, sizeOf, work } from '../support/sources.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 100);
/** The same cases in every `npm test`; others each time when more are asked for. A failure prints its seed. */
const SEED = Number(process.env.PROPERTY_SEED ?? 20_261_123);

/** How far a result may be from the reference's; steps round to 8 bits at different moments. */
const EXACT: Likeness = { colours: 4, alpha: 2, structure: 0.92 };
/** 256 colours stand for all. */
const PALETTE: Likeness = { colours: 6, alpha: 8, structure: 0.8 };
/** A decoder that skips detail averages squares of pixels where the reference weighs them: thin lines show it. */
const REDUCED: Likeness = { colours: 16, alpha: 4, structure: 0.85 };
/** Roundings do not average out over a handful of pixels, nor do a decoder's squares end where such a picture does. */
const FEW: Likeness = { colours: 20, alpha: 8, structure: 0.3 };
const FEW_PIXELS = 16;
/** The longest of an icon's shorter side. */
const ICON_SIDE = 32;
const UNCODED = { palette: false } as const;
const STILL = { format: 'png', frames: 1 } as const;

const { cannotBeSoSmall } = workProblems;
const engine = useEngine();

test(`every list of operations does what its steps do one by one (${RUNS} cases, seed ${SEED})`, {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(work, async ([recipe, operations]) => {
      const bytes = await fileOf(recipe);
      const format = imageFormatOf(bytes) ?? 'png';
      const facts = { format, ...(await sizeOf(bytes)), frames: await framesOf(bytes) };
      const { encoding: planned, frames, sizes, faults } = outcomeOf(facts, operations, POLICIES.authenticated);
      if (faults.length > 0) return;
      const output = planned.format;

      const result = await engine.process(bytes, operations).catch((error) => {
        if (!planned.budget || !cannotBeSoSmall.matches(error)) throw error;
      });
      if (!result) return;
      expect(result.bytes).toBeLessThanOrEqual(planned.budget?.bytes ?? Number.POSITIVE_INFINITY);
      const encoding = { ...planned, quality: result.quality };
      const steps = await withPlaces(bytes, operations, output, engine);
      const reference = await referenceFrames(bytes, { output, frames }, steps);

      const [{ width, height }] = reference as [Frame];
      expect(result).toMatchObject({ width, height, format: output });
      const actual = await framesOfFile(result.path);
      // Equal neighbours may have become one longer frame.
      if (actual.length !== reference.length) return;
      for (const [i, frame] of actual.entries()) {
        expect(frame).toMatchObject({ width, height });
        const tolerance = toleranceOf(result, encoding, [facts, ...sizes]);
        const isKept = result.warnings.some(({ code }) => code === 'kept_original');
        const wanted = isKept ? (reference[i] as Frame) : await throughEncoder(reference[i] as Frame, encoding);
        const found = likeness(frame, wanted);
        if (!within(tolerance)(found) && isCodedIcon(result, encoding))
          return isAlikeUncoded(bytes, operations, steps, toleranceOf(result, UNCODED, [facts, ...sizes]));
        expect(found, result.plan).toSatisfy(within(tolerance));
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test('sizes are those that the domain computes', () => {
  fc.assert(
    fc.property(work, ([{ width, height }, operations]) => {
      for (const size of outcomeOf({ ...STILL, width, height }, operations, POLICIES.authenticated).sizes) {
        expect(Math.min(size.width, size.height)).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

function toleranceOf({ plan }: Processed, { palette }: Pick<Encoding, 'palette'>, sizes: readonly Size[]): Likeness {
  if (Math.min(...sizes.flatMap(({ width, height }) => [width, height])) < FEW_PIXELS) return FEW;
  if (plan?.includes(' reduced ')) return REDUCED;
  return palette ? PALETTE : EXACT;
}

function within(limit: Likeness): (actual: Likeness) => boolean {
  return ({ colours, alpha, structure }) =>
    colours <= limit.colours && alpha <= limit.alpha && structure >= limit.structure;
}

/**
 * Of so few pixels a coder that loses detail makes a difference of 1 in 255 one of 5: it decides for whole blocks, and a
 * palette for two colours where there were thirty alike.
 */
function isCodedIcon({ width, height }: Size, { quality }: Encoding): boolean {
  return quality !== null && Math.min(width, height) <= ICON_SIDE;
}

/** Held against the pixels that the coder was given. */
async function isAlikeUncoded(
  bytes: Buffer,
  operations: readonly Operation[],
  steps: readonly Operation[],
  tolerance: Likeness,
): Promise<void> {
  const moves = operations.filter(({ operation_type: type }) => type !== 'compress' && type !== 'convert');
  const { path, plan } = await engine.process(bytes, [...moves, convert('png')]);
  const [frame] = (await framesOfFile(path)) as [Frame];
  const [reference] = (await referenceFrames(bytes, { output: 'png', frames: 1 }, steps)) as [Frame];
  expect(likeness(frame, reference), plan).toSatisfy(within(tolerance));
}

/** What is left of a frame once it is encoded as the engine would, but without a palette, and decoded. */
async function throughEncoder({ data, width, height }: Frame, encoding: Encoding): Promise<Frame> {
  const image = sharp(data, { raw: { width, height, channels: 4 } });
  const lossless = { ...encoding, palette: false, quality: encoding.palette ? null : encoding.quality };
  const bytes = await encode(encoding.format === 'jpg' ? image.removeAlpha() : image, lossless).toBuffer();
  const decoded = await sharp(bytes).toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data: decoded.data, width: decoded.info.width, height: decoded.info.height };
}
