import { setImmediate } from 'node:timers/promises';
import type { OutputInfo, Sharp } from 'sharp';
import sharp from '../../shared/guarded-sharp.ts';

/** Pixels of 8 bits a channel between two passes; the frames of an animation stand one below the other. */
export interface RawPixels {
  readonly data: Buffer;
  readonly info: OutputInfo;
}

/** What is larger is collected before the next pass fetches as much again. */
const LARGE_BYTES = 16_000_000;

/** The pixels of a pipeline, in memory. */
export async function rawPixelsOf(image: Sharp): Promise<RawPixels> {
  const pixels = await image.raw().toBuffer({ resolveWithObject: true });
  if (pixels.data.length > LARGE_BYTES) await collectGarbage();
  return pixels;
}

/** A pipeline that begins with raw pixels; grey ones stay in one channel. */
export function fromRawPixels({ data, info }: RawPixels): Sharp {
  const { width, height, channels, pageHeight } = info;
  const image = sharp(data, {
    raw: { width, height, channels, ...(pageHeight && { pageHeight }) },
    ...(pageHeight && { pages: -1 }),
    limitInputPixels: false,
  });
  return channels < 3 ? image.toColourspace('b-w') : image;
}

/** Writes the transparency of `from` into `to`, which has the same size; both have an alpha channel, their last. */
export function putAlphaBack(from: RawPixels, to: RawPixels): void {
  const step = { from: from.info.channels, to: to.info.channels };
  let source = step.from - 1;
  for (let target = step.to - 1; target < to.data.length; target += step.to, source += step.from) {
    to.data[target] = from.data[source] as number;
  }
}

/** sharp's buffers lie outside of the heap that the collector watches, so it must be told. */
async function collectGarbage(): Promise<void> {
  globalThis.gc?.();
  // Finalizers of native buffers run in the next turn.
  await setImmediate();
}
