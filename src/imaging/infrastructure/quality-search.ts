import type { Budget } from '../domain/encoding.ts';

/** What one quality of a picture came to. */
interface Try {
  readonly quality: number;
  readonly bytes: number;
}

/** What a search found: the best file within the budget; null where none is, beside the smallest that was tried. */
export interface Found extends Try {
  readonly file: Buffer | null;
}

/** The natural logarithm of a picture's bytes by quality, less that at 85: ascending, and straight in between. */
export type BytesByQuality = readonly (readonly [quality: number, logarithm: number])[];

/** How many times the same pixels are encoded at most. */
const MOST_ENCODES = 6;

/** The best quality is missed by so many points at most, where more quality never takes fewer bytes. */
const MOST_MISSED = 3;

/** A curve that is flatter than this part of the usual one would cross the budget anywhere. */
const LEAST_SLOPE = 0.3;

/**
 * The best quality up to `most` whose file keeps to the budget, as far as six encodes tell. The curves of two pictures
 * differ by little more than a factor in their logarithm, so each guess is where the usual one, led through what is
 * known, crosses the budget: a photograph takes about five encodes. A picture that was
 * compressed before has a curve of plateaus and steps, which guesses would creep along: each is moved so far that
 * whatever it comes to, the encodes that are left can search what it leaves open.
 */
export async function bestWithin(
  { bytes: most, leastQuality }: Budget,
  bestQuality: number,
  usual: BytesByQuality,
  encode: (quality: number) => Promise<Buffer>,
): Promise<Found> {
  const tooLarge: Try[] = [];
  let found: Found | null = null;
  let quality = bestQuality;
  for (let left = MOST_ENCODES - 1; ; left -= 1) {
    const file = await encode(quality);
    if (file.length <= most) found = { quality, bytes: file.length, file };
    else tooLarge.push({ quality, bytes: file.length });
    const last = tooLarge.at(-1);
    const from = found ? found.quality + 1 : leastQuality;
    if (!last || left === 0 || last.quality <= from) break;
    const crossing = Math.floor(crossingOf(usual, last, found ?? tooLarge.at(-2), most));
    const lowest = last.quality - 1 - searchable(left - 1);
    // While nothing fits, the last encode of all is kept for the least quality: it shall find whatever can be made so small.
    const highest = from + searchable(left - 1) - (found ? 0 : MOST_MISSED);
    quality = Math.min(last.quality - 1, highest, Math.max(from, lowest, crossing));
  }
  return found ?? { ...smallestOf(tooLarge), file: null };
}

/** So many qualities can be searched by so many encodes, until few enough are left of them. */
function searchable(encodes: number): number {
  return (MOST_MISSED + 1) * 2 ** encodes - 1;
}

/** The quality at which a curve like the usual one through one try, and through another if there is one, has so many bytes. */
function crossingOf(usual: BytesByQuality, one: Try, other: Try | undefined, bytes: number): number {
  const [curve, inverse] = [usual, usual.map(([quality, logarithm]) => [logarithm, quality] as const)];
  const start = valueAt(curve, one.quality);
  const slope = other
    ? Math.max(LEAST_SLOPE, Math.log(one.bytes / other.bytes) / (start - valueAt(curve, other.quality)))
    : 1;
  return valueAt(inverse, start + Math.log(bytes / one.bytes) / slope);
}

/** The value of straight lines through ascending points; the first and the last one go on. */
function valueAt(points: readonly (readonly [number, number])[], at: number): number {
  const after = Math.max(
    1,
    points.findIndex(([place], i) => place >= at || i === points.length - 1),
  );
  const [[place, value], [nextPlace, nextValue]] = points.slice(after - 1, after + 1) as [
    readonly [number, number],
    readonly [number, number],
  ];
  return value + ((at - place) / (nextPlace - place)) * (nextValue - value);
}

function smallestOf(tries: readonly Try[]): Try {
  return tries.reduce((smallest, one) => (one.bytes < smallest.bytes ? one : smallest));
}
