import type { Sharp } from 'sharp';
import { rgbaOf } from '../domain/color.ts';
import type { Size } from '../domain/image-facts.ts';
import { isIcon } from '../domain/reduced-whole.ts';
import type { Step } from '../domain/transformation-plan.ts';

/** Most pixels of the result by which its far edge may lie beside its place. */
const MOST_SHIFT = 0.5;

/** Exactly this size, whatever the proportions were. */
export function stretched(image: Sharp, { width, height }: Size, { before, decodedFrom }: Step): Sharp {
  const isTrue = decodedFrom !== 'jpg' || shiftByDecoder(before, { width, height }) < MOST_SHIFT;
  return image.resize({ width, height, fit: 'fill', fastShrinkOnLoad: isTrue && !isIcon({ width, height }) });
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

/** A colour in the API's words, in sharp's. */
export function backgroundOf(color: string): { r: number; g: number; b: number; alpha: number } {
  const { red: r, green: g, blue: b, alpha } = rgbaOf(color);
  return { r, g, b, alpha };
}
