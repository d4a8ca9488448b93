import { expect, test } from 'vitest';
import { useEngine } from '../../support/engine.ts';
import { compressTo } from '../../support/operations.ts';
import { image, photograph } from '../../support/pictures.ts';

const engine = useEngine();
/** Points of quality by which the search may miss, and as many by which the bytes of one may be those of another. */
const TOLERANCE = 5;

test.each([
  ['jpeg', 60, 1, [4_000, 7_000, 10_000, 11_000, 11_350]],
  ['jpeg', 40, 1, [3_500, 5_000, 6_500, 7_000, 7_395]],
  ['jpeg', 60, 2, [4_000, 6_000, 6_500, 7_000, 7_425]],
  ['webp', 30, 2, [2_500, 3_000, 3_250, 3_500, 4_000]],
  ['webp', 75, 1, [2_500, 3_500, 5_000, 6_000, 7_000]],
] as const)('of a %s of quality %i, more bytes mean no less quality', async (format, quality, seed, budgets) => {
  const bytes = await image(photograph(700, 500, seed))
    .toFormat(format, { quality })
    .toBuffer();
  let best = 0;
  for (const budget of budgets) {
    const result = await engine.process(bytes, [compressTo(budget)]);
    expect(result.bytes).toBeLessThanOrEqual(budget);
    // The original, where that is small enough, has lost nothing.
    const reached = result.quality ?? 85;
    expect(reached).toBeGreaterThanOrEqual(best - TOLERANCE);
    best = Math.max(best, reached);
  }
});
