import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { useEngine } from '../support/engine.ts';
import { besideThePicture } from '../support/exiftool.ts';
import { compress } from '../support/operations.ts';
import { type Frame, framesOfFile } from '../support/reference-executor.ts';
import { fileOf, sourceRecipe } from '../support/sources.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 100);
const SEED = Number(process.env.PROPERTY_SEED ?? 20_261_123);
/** Kinds whose colours a profile sets right: without it their numbers show the same only where that changes nothing. */
const PROFILED = ['16 bit P3', 'CMYK', 'Display P3'];

const engine = useEngine();

test(`compress makes no picture larger that can stay as it is (${RUNS} cases, seed ${SEED})`, async () => {
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(sourceRecipe, fc.boolean(), fc.integer({ min: 10, max: 95 }), async (recipe, isRough, quality) => {
      const fine = await fileOf(recipe);
      const original = isRough ? await rough(fine) : fine;
      const result = await engine.process(original, [compress(quality)]);
      const isKept = result.warnings.some(({ code }) => code === 'kept_original');
      const isUpright = isRough || recipe.kind !== 'held' || recipe.orientation === 1;
      const isProfiled = !isRough && PROFILED.includes(recipe.kind);
      if (isUpright && !isProfiled) expect(result.bytes).toBeLessThanOrEqual(original.length);
      // A PNG may be smallest where it loses nothing.
      const isLossless = isKept || (result.format === 'png' && result.quality === null);
      expect(result.quality).toBe(isLossless ? null : quality);
      if (!isKept) return;
      kept += 1;
      expect(isUpright).toBe(true);
      const [before, after] = [await framesOfFile(await engine.store(original)), await framesOfFile(result.path)];
      expect(differenceOf(before, after)).toBeLessThanOrEqual(isProfiled ? 1 : 0);
      expect(besideThePicture(result.path)).toEqual({});
      expect((await readFile(result.path)).length).toBe(result.bytes);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(kept).toBeGreaterThan(RUNS / 20);
});

/** The picture as one who has compressed it before sends it: upright, in sRGB, and small. */
async function rough(file: Buffer): Promise<Buffer> {
  return readFile((await engine.process(file, [compress(15)])).path);
}

/** The most by which a value of the frames differs. */
function differenceOf(frames: readonly Frame[], others: readonly Frame[]): number {
  expect(others.map(({ width, height }) => [width, height])).toEqual(
    frames.map(({ width, height }) => [width, height]),
  );
  const differences = frames.map(({ data }, at) =>
    data.reduce((most, value, i) => Math.max(most, Math.abs(value - (others[at]?.data[i] as number))), 0),
  );
  return Math.max(...differences);
}
