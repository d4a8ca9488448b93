import { ssim } from 'ssim.js';
import { type Frame, laidOn } from './reference-executor.ts';

/** How alike two frames of one size are. */
export interface Likeness {
  /** Mean absolute difference of colours on grey, of 255. */
  readonly colours: number;
  /** Mean absolute difference of transparency, of 255. */
  readonly alpha: number;
  /** Structural similarity, 1 for equal frames; also 1 for those too small to have a structure. */
  readonly structure: number;
}

/** SSIM compares windows of 11 pixels. */
const SMALLEST_STRUCTURE = 16;

export function likeness(one: Frame, other: Frame): Likeness {
  const [first, second] = [laidOn(one, 128), laidOn(other, 128)];
  const tooSmall = Math.min(one.width, one.height) < SMALLEST_STRUCTURE;
  return {
    // Alpha is 255 everywhere here, so it adds nothing to a mean over three of four channels.
    colours: (meanDifference(first.data, second.data) * 4) / 3,
    alpha: meanDifference(alphaOf(one), alphaOf(other)),
    structure: tooSmall ? 1 : ssim(imageData(first), imageData(second), { downsample: false }).mssim,
  };
}

function meanDifference(one: Uint8Array, other: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i += 1) sum += Math.abs((one[i] as number) - (other[i] as number));
  return sum / one.length;
}

function alphaOf({ data }: Frame): Uint8Array {
  return Uint8Array.from({ length: data.length / 4 }, (_, i) => data[i * 4 + 3] as number);
}

function imageData({ data, width, height }: Frame) {
  return { width, height, data: new Uint8ClampedArray(data) };
}
