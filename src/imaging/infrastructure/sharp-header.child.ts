import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { ChildFailure } from './children/child-failure.ts';
import { serveParent } from './children/serve-parent.ts';
import { unsupportedJpegKind } from './files/jpeg-kind.ts';
import { frameOf } from './files/jpeg-segments.ts';
import { cutWebpFacts, mendedWebp } from './files/mended-webp.ts';
import { framesOf } from './files/webp-chunks.ts';
import sharp from './guarded-sharp.ts';
import type { HeaderFacts, HeaderJob, HeaderRefusal } from './sharp-image-header-reader.ts';

/** Where a JPEG's frame stands in nearly all of them; metadata can push it further back. */
const HEAD_BYTES = 256 * 1024;
/** libvips goes through the frames of an animation once for each of them: a second for these, minutes for ten times as many. */
const MOST_FRAMES = 10_000;
/** The one buffer for all: a child does one job at a time, and has nothing else to do meanwhile. */
const head = Buffer.allocUnsafeSlow(HEAD_BYTES);

serveParent(async ({ path, format }: HeaderJob): Promise<HeaderFacts> => {
  const kind = format === 'jpg' ? unsupportedKindOf(path) : null;
  if (kind) throw refusal('unsupported_jpeg', kind);
  if (format === 'webp' && framesOf(readFileSync(path), MOST_FRAMES + 1) > MOST_FRAMES)
    throw refusal('too_many_frames', `it has more than ${MOST_FRAMES} frames`);
  try {
    return await factsOf(path);
  } catch (error) {
    const facts = format === 'webp' ? await brokenWebpFacts(readFileSync(path)) : null;
    if (!facts) throw refusal('unreadable_image', (error as Error).message);
    return facts;
  }
});

/** Nothing is decoded here, so that an image of any size can be refused with its true size. */
async function factsOf(input: string | Buffer): Promise<HeaderFacts> {
  const { format, pages, autoOrient } = await sharp(input, { limitInputPixels: false }).metadata();
  return { format, width: autoOrient.width, height: autoOrient.height, frames: pages ?? 1 };
}

/** sharp reads no header of a WebP that is not whole; of JPEG and PNG it does. */
async function brokenWebpFacts(file: Buffer): Promise<HeaderFacts | null> {
  const mended = mendedWebp(file);
  if (mended) return factsOf(mended).catch(() => null);
  const facts = cutWebpFacts(file);
  return facts && { format: 'webp', ...facts };
}

function refusal(code: HeaderRefusal, message: string): ChildFailure {
  return new ChildFailure('refused', message, code);
}

function unsupportedKindOf(path: string): string | null {
  const frame = frameOf(beginningOf(path)) ?? frameOf(readFileSync(path));
  return frame && unsupportedJpegKind(frame);
}

function beginningOf(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(file);
  }
}
