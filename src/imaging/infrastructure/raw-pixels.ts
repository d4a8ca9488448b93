import { setImmediate } from 'node:timers/promises';
import type { OutputInfo, Sharp } from 'sharp';
import sharp from './guarded-sharp.ts';

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

/** Pixels of a pipeline whose numbers have 16 bits, each without its lower byte. */
export async function rawPixelsOf16Bits(image: Sharp): Promise<RawPixels> {
  const { data, info } = await image.raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true });
  const numbers = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  return { data: Buffer.from(numbers.map((number) => number >> 8)), info };
}

/** A pipeline that begins with raw pixels. */
export function fromRawPixels({ data, info }: RawPixels): Sharp {
  const { width, height, channels, pageHeight } = info;
  return sharp(data, {
    raw: { width, height, channels, ...(pageHeight && { pageHeight }) },
    ...(pageHeight && { pages: -1 }),
    limitInputPixels: false,
  });
}

/** Pixels with the transparency of others of the same size, whose last channel it is; grey ones come without one. */
export function withAlphaOf(from: RawPixels, pixels: RawPixels): RawPixels {
  const to = pixels.info.channels === 1 ? withAlphaChannel(pixels) : pixels;
  const step = { from: from.info.channels, to: to.info.channels };
  let source = step.from - 1;
  for (let target = step.to - 1; target < to.data.length; target += step.to, source += step.from) {
    to.data[target] = from.data[source] as number;
  }
  return to;
}

function withAlphaChannel({ data, info }: RawPixels): RawPixels {
  const wider = Buffer.alloc(data.length * 2);
  for (let at = 0; at < data.length; at += 1) wider[at * 2] = data[at] as number;
  return { data: wider, info: { ...info, channels: 2 } };
}

/** sharp's buffers lie outside of the heap that the collector watches, so it must be told. */
async function collectGarbage(): Promise<void> {
  globalThis.gc?.();
  // Finalizers of native buffers run in the next turn.
  await setImmediate();
}
