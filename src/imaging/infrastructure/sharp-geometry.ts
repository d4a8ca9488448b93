import type { Sharp } from 'sharp';
import type { Size } from '../domain/image-facts.ts';

/** Decoders round the sides of what they reduce, which a picture of fewer pixels a side would show. */
const SMALLEST_REDUCED_SIDE = 16;

/** Exactly this size, whatever the proportions were. */
export function stretched(image: Sharp, { width, height }: Size): Sharp {
  const fastShrinkOnLoad = Math.min(width, height) >= SMALLEST_REDUCED_SIDE;
  return image.resize({ width, height, fit: 'fill', fastShrinkOnLoad });
}

/** The middle of a picture; an odd pixel is cut at the left and the top. */
export function cutOut(image: Sharp, whole: Size, { width, height }: Size): Sharp {
  const [left, top] = [Math.ceil((whole.width - width) / 2), Math.ceil((whole.height - height) / 2)];
  return left === 0 && top === 0 ? image : image.extract({ left, top, width, height });
}
