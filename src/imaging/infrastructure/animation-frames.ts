import type { Metadata } from 'sharp';
import { fromRawPixels, type RawPixels, rawPixelsOf } from './raw-pixels.ts';
import type { Animation } from './sharp-encoders.ts';

/** How the frames go on, as the header says; undefined for a still picture. */
export function animationOf({ delay, loop }: Metadata, frames: number): Animation | undefined {
  return frames > 1 && delay ? { delay, loop: loop ?? 0 } : undefined;
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

/** The turn to the right, and then the mirroring, that each EXIF orientation asks for. */
const TURNS: Record<number, { angle: number; mirror: boolean }> = {
  2: { angle: 0, mirror: true },
  3: { angle: 180, mirror: false },
  4: { angle: 180, mirror: true },
  5: { angle: 270, mirror: true },
  6: { angle: 90, mirror: false },
  7: { angle: 90, mirror: true },
  8: { angle: 270, mirror: false },
};

/** The frame as a person sees it; sharp's own `autoOrient` would turn the strip that the frames form. */
export async function upright(frame: RawPixels, orientation = 1): Promise<RawPixels> {
  const turn = TURNS[orientation];
  return turn ? rawPixelsOf(fromRawPixels(frame).rotate(turn.angle).flop(turn.mirror)) : frame;
}
