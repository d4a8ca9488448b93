import type { Sharp } from 'sharp';
import type { Box, Size } from '../domain/image-facts.ts';
import type { Enlargement, Step } from '../domain/transformation-plan.ts';

/** Decoders round the sides of what they reduce, which a picture of fewer pixels a side would show. */
const SMALLEST_REDUCED_SIDE = 16;

/** Most pixels of the result by which its far edge may lie beside its place. */
const MOST_SHIFT = 0.5;

/** Exactly this size, whatever the proportions were. */
export function stretched(image: Sharp, { width, height }: Size, { before, decodedFrom }: Step): Sharp {
  const isLarge = Math.min(width, height) >= SMALLEST_REDUCED_SIDE;
  const isTrue = decodedFrom !== 'jpg' || shiftByDecoder(before, { width, height }) < MOST_SHIFT;
  return image.resize({ width, height, fit: 'fill', fastShrinkOnLoad: isLarge && isTrue });
}

/**
 * How far the decoder of JPEG moves the far edges of what it reduces by 2, 4 or 8, in pixels of the result: it drops
 * what is left of a side. Told not to be fast, sharp takes half the factor, and the shift is less than half a pixel.
 */
function shiftByDecoder(before: Size, after: Size): number {
  const shrink = Math.min(before.width / after.width, before.height / after.height);
  const largest = [8, 4, 2].find((factor) => shrink >= factor) ?? 1;
  // sharp halves it where nothing would be left to do after it.
  const factor = largest > 1 && Math.floor(shrink) === largest ? largest / 2 : largest;
  const shift = (from: number, to: number) => ((from / factor) % 1) * (to / Math.floor(from / factor));
  return Math.max(shift(before.width, after.width), shift(before.height, after.height));
}

/** A part of a picture of this size. */
export function cutOut(image: Sharp, whole: Size, part: Box): Sharp {
  return part.width === whole.width && part.height === whole.height ? image : image.extract(part);
}

/** The middle of a picture; an odd pixel is cut at the left and the top. */
export function middleOf(whole: Size, { width, height }: Size): Box {
  return { left: Math.ceil((whole.width - width) / 2), top: Math.ceil((whole.height - height) / 2), width, height };
}

/** What it takes to scale a picture to a size, where a side grows: `stretched` then makes the others smaller. */
export function enlargement(before: Size, scaled: Size, part?: Box): Enlargement | undefined {
  const whole = { width: Math.max(before.width, scaled.width), height: Math.max(before.height, scaled.height) };
  if (whole.width === before.width && whole.height === before.height) return undefined;
  return { whole, part: part ?? { left: 0, top: 0, ...whole } };
}
