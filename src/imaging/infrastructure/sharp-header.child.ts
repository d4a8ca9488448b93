import { open, readFile } from 'node:fs/promises';
import { ChildFailure } from './child-failure.ts';
import { unsupportedJpegKind } from './files/jpeg-kind.ts';
import { frameOf } from './files/jpeg-segments.ts';
import sharp from './guarded-sharp.ts';
import { serveParent } from './serve-parent.ts';
import type { HeaderFacts, HeaderJob, HeaderRefusal } from './sharp-image-header-reader.ts';

/** Where a JPEG's frame stands in nearly all of them; metadata can push it further back. */
const HEAD_BYTES = 256 * 1024;

serveParent(async ({ path, format }: HeaderJob): Promise<HeaderFacts> => {
  const kind = format === 'jpg' ? await unsupportedKindOf(path) : null;
  if (kind) throw refusal('unsupported_jpeg', kind);
  try {
    // Nothing is decoded here, so that an image of any size can be refused with its true size.
    const { format: found, pages, autoOrient } = await sharp(path, { limitInputPixels: false }).metadata();
    return { format: found, width: autoOrient.width, height: autoOrient.height, frames: pages ?? 1 };
  } catch (error) {
    throw refusal('unreadable_image', (error as Error).message);
  }
});

function refusal(code: HeaderRefusal, message: string): ChildFailure {
  return new ChildFailure('refused', message, code);
}

async function unsupportedKindOf(path: string): Promise<string | null> {
  const frame = frameOf(await beginningOf(path)) ?? frameOf(await readFile(path));
  return frame && unsupportedJpegKind(frame);
}

async function beginningOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
