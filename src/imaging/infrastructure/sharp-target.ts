import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Metadata, Sharp } from 'sharp';
import type { Size } from '../domain/image-facts.ts';
import type { TransformationPlan } from '../domain/transformation-plan.ts';
import { animationOf } from './animation-frames.ts';
import { indexedPng } from './files/indexed-png.ts';
import { fromRawPixels, rawPixelsOf } from './raw-pixels.ts';
import { encode } from './sharp-encoders.ts';
import type { Source } from './sharp-source.ts';

/** A source, and what is to be done with it. */
export interface PlannedWork {
  readonly source: Source;
  readonly plan: TransformationPlan;
}

/** zlib's own measure, 0-9. Pictures of few colours are packed at the last in less time than pixels of three bytes. */
const INDEX_LEVEL = 9;
/** So much of a result is read at once to measure it: most results fit. */
const READ_BYTES = 1024 * 1024;

/** Encodes the pixels at a pipeline's end to a file; resolves to the size of one frame. */
export async function write(image: Sharp, { source, plan }: PlannedWork, target: string): Promise<Size> {
  if (plan.encoding.format === 'png' && !plan.encoding.palette && isIndexed(source.metadata))
    return writeSmaller(image, plan, target);
  const info = await encode(shaded(image, plan), plan.encoding, animationOf(source.metadata, plan.frames)).toFile(
    target,
  );
  return { width: info.width, height: info.pageHeight ?? info.height };
}

/** Whether a source tells its colours by numbers of a few bits. */
function isIndexed({ format, isPalette, bitsPerSample = 8 }: Metadata): boolean {
  return format === 'png' && (isPalette === true || bitsPerSample < 8);
}

/** As numbers of a few bits again, where that loses nothing and is no larger. */
async function writeSmaller(image: Sharp, plan: TransformationPlan, target: string): Promise<Size> {
  const pixels = await rawPixelsOf(image);
  const indexed = await indexedPng(pixels, INDEX_LEVEL);
  const plain = await encode(shaded(fromRawPixels(pixels), plan), plan.encoding).toBuffer();
  await writeFile(target, indexed && indexed.length <= plain.length ? indexed : plain);
  return { width: pixels.info.width, height: pixels.info.height };
}

/** Grey where the result is; sharp makes three channels of it otherwise. */
function shaded(image: Sharp, { isGrey }: TransformationPlan): Sharp {
  return isGrey ? image.toColourspace('b-w') : image;
}

/** Bytes of a file, and their SHA-256 in hex. */
export async function measured(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  return { bytes, sha256: hash.digest('hex') };
}
