import { chunksOf, PNG_SIGNATURE, pngChunk } from './png-chunks.ts';

/** Size, palette, transparency and pixels. */
const PICTURE_CHUNKS = ['IHDR', 'PLTE', 'tRNS', 'IDAT'];

/** A PNG's coded picture and nothing beside it. Null where the file does not come to its end. */
export function barePng(file: Buffer): Buffer | null {
  const pieces: Buffer[] = [PNG_SIGNATURE];
  for (const { type, start, end } of chunksOf(file)) {
    if (type === 'IEND') return Buffer.concat([...pieces, pngChunk('IEND', Buffer.alloc(0))]);
    if (PICTURE_CHUNKS.includes(type)) pieces.push(file.subarray(start, end));
  }
  return null;
}
