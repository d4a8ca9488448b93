import { chunksOf } from './png-chunks.ts';

/** Count of frames, count of rounds. */
const ACTL_BYTES = 8;

/** How many frames a PNG has beside or with its picture (`acTL`, before the pixels); 1 for a still one. */
export function pngFrames(file: Buffer): number {
  for (const chunk of chunksOf(file)) {
    if (chunk.type === 'IDAT') break;
    if (chunk.type === 'acTL' && chunk.data.length === ACTL_BYTES && chunk.isWhole) return chunk.data.readUInt32BE(0);
  }
  return 1;
}
