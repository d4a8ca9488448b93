import { readFile } from 'node:fs/promises';
import type { SourceFormat } from '../../domain/image-format.ts';
import { chunksOf } from './png-chunks.ts';

/** Whether the file ends before the end that its own structure announces. */
export async function isCutOff(path: string, format: SourceFormat): Promise<boolean> {
  return ENDS_EARLY[format](await readFile(path));
}

const ENDS_EARLY: Record<SourceFormat, (file: Buffer) => boolean> = {
  // In a whole file the marker for the end follows the last scan; in pixel data an 0xff is never followed by 0xd9.
  jpg: (file) => file.lastIndexOf(Buffer.of(0xff, 0xd9)) <= file.lastIndexOf(Buffer.of(0xff, 0xda)),
  png: pngEndsEarly,
  webp: (file) => file.length < 12 || file.readUInt32LE(4) + 8 > file.length,
};

/** Whether no chunk says that it is the last. */
function pngEndsEarly(file: Buffer): boolean {
  for (const { type } of chunksOf(file)) if (type === 'IEND') return false;
  return true;
}
