import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BytesByQuality, bestWithin } from '../../../src/imaging/infrastructure/quality-search.ts';

const USUAL: BytesByQuality = [
  [1, -2.5],
  [50, -1],
  [75, -0.5],
  [85, 0],
  [95, 1],
];

/** A search among files of as many bytes as `bytesAt` says, and the qualities that it tried. */
async function search(bytesAt: (quality: number) => number, bytes: number, { least = 10, most = 85 } = {}) {
  const tried: number[] = [];
  const found = await bestWithin({ bytes, leastQuality: least }, most, USUAL, async (quality) => {
    tried.push(quality);
    return Buffer.alloc(Math.round(bytesAt(quality)));
  });
  return { ...found, tried };
}

/** The usual curve's logarithm at a quality. */
function usualAt(quality: number): number {
  const after = Math.max(
    1,
    USUAL.findIndex(([point]) => point >= quality),
  );
  const [[from, low], [to, high]] = USUAL.slice(after - 1, after + 1) as [(typeof USUAL)[0], (typeof USUAL)[0]];
  return low + ((quality - from) / (to - from)) * (high - low);
}

/** Bytes by quality that grow by steps of any height, with plateaus of any length between them. */
const stairs = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constant(0) },
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 200 }) },
      { weight: 1, arbitrary: fc.integer({ min: 200, max: 20_000 }) },
    ),
    { minLength: 96, maxLength: 96 },
  )
  .map((steps) => {
    let bytes = 2_000;
    return steps.map((step) => {
      bytes += step;
      return bytes;
    });
  });

describe('the best quality within a number of bytes', () => {
  test('is the one that was asked for, where that is small enough', async () => {
    expect(await search(() => 500, 500)).toMatchObject({ quality: 85, bytes: 500, tried: [85] });
  });

  test('is found in a few tries, whichever it is', async () => {
    for (let wanted = 10; wanted < 85; wanted += 1) {
      // Each quality takes 4 % more than the one below it, which is not the usual curve.
      const found = await search((quality) => 10_000 * 1.04 ** quality, 10_000 * 1.04 ** (wanted + 0.5));
      expect(found.quality).toBeLessThanOrEqual(wanted);
      expect(found.quality).toBeGreaterThanOrEqual(wanted - 3);
      expect(found.file?.length).toBe(found.bytes);
      expect(new Set(found.tried).size).toBe(found.tried.length);
    }
  });

  test('takes about five encodes on a curve like the usual one', async () => {
    const tries: number[] = [];
    for (let wanted = 10; wanted < 85; wanted += 1) {
      const bytesAt = (quality: number) => 50_000 * Math.exp(1.15 * usualAt(quality));
      const found = await search(bytesAt, bytesAt(wanted) + 1);
      expect(found.quality).toBeGreaterThanOrEqual(wanted - 3);
      tries.push(found.tried.length);
    }
    expect(tries.reduce((sum, one) => sum + one) / tries.length).toBeLessThan(5.1);
  });

  test('is missed by three points at most on any plateaus and steps, so that more bytes hardly ever mean less', async () => {
    const bound = fc.integer({ min: 1, max: 95 });
    const budget = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(stairs, bound, bound, budget, budget, async (bytes, one, other, small, large) => {
        const [least, most] = [Math.min(one, other), Math.max(one, other)];
        const bytesAt = (quality: number) => bytes[quality] as number;
        const qualities: number[] = [];
        for (const share of [small, large].sort((a, b) => a - b)) {
          const allowed = Math.round(bytesAt(least) + share * (bytesAt(most) - bytesAt(least)));
          const { quality, tried } = await search(bytesAt, allowed, { least, most });
          const best = bytes.findLastIndex((size, at) => at <= most && size <= allowed);
          expect(tried.length).toBeLessThanOrEqual(6);
          expect(best - quality).toBeLessThanOrEqual(3);
          qualities.push(quality);
        }
        expect((qualities[0] as number) - (qualities[1] as number)).toBeLessThanOrEqual(3);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is the least one, where nothing else is small enough', async () => {
    const found = await search((quality) => (quality === 40 ? 900 : 2_000 + quality), 1_000, { least: 40, most: 80 });
    expect(found).toMatchObject({ quality: 40, bytes: 900 });
  });

  test('is none, where not even the least one is: the smallest file is told', async () => {
    const found = await search((quality) => 5_000 + quality, 1_000, { least: 40, most: 80 });
    expect(found).toMatchObject({ quality: 40, bytes: 5_040, file: null });
    expect(await search(() => 5_000, 1_000, { least: 80, most: 80 })).toMatchObject({ file: null, tried: [80] });
  });

  test('whatever the bytes do: six tries at most, within the bounds, and never more bytes than allowed', async () => {
    const figures = fc.array(fc.integer({ min: 300, max: 100_000 }), { minLength: 100, maxLength: 100 });
    const bound = fc.integer({ min: 1, max: 95 });
    await fc.assert(
      fc.asyncProperty(
        figures,
        bound,
        bound,
        fc.integer({ min: 1_000, max: 100_000 }),
        async (all, one, other, most) => {
          const [low, high] = [Math.min(one, other), Math.max(one, other)];
          const found = await search((quality) => all[quality] as number, most, { least: low, most: high });
          expect(found.tried.length).toBeLessThanOrEqual(6);
          expect(new Set(found.tried).size).toBe(found.tried.length);
          for (const quality of found.tried) expect(quality).toSatisfy((q: number) => q >= low && q <= high);
          const fitting = found.tried.filter((quality) => (all[quality] as number) <= most);
          if (found.file) expect([found.quality, found.bytes <= most]).toEqual([Math.max(...fitting), true]);
          else expect([fitting, found.bytes > most, found.tried.includes(low)]).toEqual([[], true, true]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
