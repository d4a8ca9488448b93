import { webpChunksOf } from './webp-chunks.ts';

/** Where the time of a frame stands in ANMF, behind its place and size: three bytes. */
const TIME_AT = 12;
const TIME_BYTES = 3;
const LONGEST = 0xff_ff_ff;

/**
 * An animated WebP, changed in its own memory, whose frames last so many milliseconds. It was encoded with the same time
 * for each frame, by which those are known that the encoder has joined since they look alike. sharp takes no times above
 * 65,535, and libvips makes 100 of those up to 10; the format has room for all.
 * @throws Error when the frames are not those of the times
 */
export function withFrameTimes(file: Buffer, timeOfEach: number, times: readonly number[]): Buffer {
  let next = 0;
  for (const { type, data } of webpChunksOf(file)) {
    if (type !== 'ANMF') continue;
    const joined = data.readUIntLE(TIME_AT, TIME_BYTES) / timeOfEach;
    const time = times.slice(next, next + joined).reduce((sum, one) => sum + one, 0);
    data.writeUIntLE(Math.min(time, LONGEST), TIME_AT, TIME_BYTES);
    next += joined;
  }
  // Of frames that all look alike a still picture is left.
  if (next !== times.length && next !== 0)
    throw new Error(`Expected an animation of ${times.length} frames, received one of ${next}`);
  return file;
}
