import type { Metadata } from 'sharp';
import type { RawPixels } from './raw-pixels.ts';
import type { Animation } from './sharp-encoders.ts';

/** How the frames go on, as the header says; undefined for a still picture. */
export function animationOf({ delay, loop }: Metadata, frames: number): Animation | undefined {
  return frames > 1 && delay ? { times: delay, loop: loop ?? 0 } : undefined;
}

/** The frames of a strip, one by one, in its own memory. */
export function* framesOf({ data, info }: RawPixels): Generator<RawPixels> {
  const { width, height, channels, pageHeight = height } = info;
  const bytes = width * pageHeight * channels;
  for (let start = 0; start < data.length; start += bytes) {
    yield {
      data: data.subarray(start, start + bytes),
      info: { ...info, height: pageHeight, pageHeight: undefined, pages: undefined },
    };
  }
}

/** Frames of one size, put together to a strip. */
export function stripOf(frames: readonly RawPixels[]): RawPixels {
  const { info } = frames[0] as RawPixels;
  const { height } = info;
  return {
    data: Buffer.concat(frames.map(({ data }) => data)),
    info: { ...info, height: height * frames.length, pageHeight: height },
  };
}
