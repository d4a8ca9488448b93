import type { Size } from '../../domain/image-facts.ts';
import { chunksWithin, FILE_HEAD_BYTES, HEAD_BYTES, type WebpChunk, webpChunk, webpFile } from './webp-chunks.ts';

const FRAME = 'ANMF';
const PIXELS = ['VP8 ', 'VP8L', FRAME];
/** With the transparency of pixels that follow. */
const PICTURE_CHUNKS = ['ALPH', ...PIXELS];
/** Encoders write a few hundred at most; a file of more was made to keep a program busy, and libvips goes through its frames for long. */
const MOST_CHUNKS = 10_000;

/**
 * The file without what decoders refuse behind its pixels: a length that is not its own, a last chunk that is cut off or
 * lacks its padding, bytes that belong to no chunk. Null where pixels may be missing, or nothing of that is wrong.
 */
export function mendedWebp(file: Buffer): Buffer | null {
  const found = chunksOf(file);
  if (!found || mayLackPixels(found) || !found.whole.some(({ type }) => PIXELS.includes(type))) return null;
  const { whole, cut } = found;
  const mended = webpFile([...whole, ...(cut ? [cut] : [])].map(({ type, data }) => webpChunk(type, data)));
  return mended.equals(file) ? null : mended;
}

/** What the header says of a picture that is cut off within its pixels; null where none are missing, or it says nothing. */
export function cutWebpFacts(file: Buffer): (Size & { readonly frames: number }) | null {
  const found = chunksOf(file);
  if (!found || !mayLackPixels(found)) return null;
  const chunks = [...found.whole, ...(found.cut ? [found.cut] : [])];
  const size = chunks[0] ? sizeIn(chunks[0]) : null;
  return size && { ...size, frames: Math.max(1, chunks.filter(({ type }) => type === FRAME).length) };
}

interface FoundChunks {
  readonly whole: readonly WebpChunk[];
  /** The one that the file ends within, as far as it goes; null where it does not even say what it is. */
  readonly cut: WebpChunk | null;
  /** Bytes that the file says it has beside those that it has, but for one that fills up. */
  readonly missing: number;
}

/** However long the file says it is; null where there are too many. */
function chunksOf(file: Buffer): FoundChunks | null {
  const whole: WebpChunk[] = [];
  let end = FILE_HEAD_BYTES;
  for (const chunk of chunksWithin(file.subarray(FILE_HEAD_BYTES))) {
    if (whole.push(chunk) > MOST_CHUNKS) return null;
    end += HEAD_BYTES + chunk.data.length + (chunk.data.length % 2);
  }
  const isNamed = end + 4 <= file.length;
  const type = file.toString('latin1', end, end + 4);
  const cut = isNamed ? { type, data: file.subarray(end + HEAD_BYTES) } : null;
  return { whole, cut, missing: HEAD_BYTES + file.readUInt32LE(4) - file.length - 1 };
}

/** Where the file ends within some, or ends too early behind a frame: others may have followed. */
function mayLackPixels({ whole, cut, missing }: FoundChunks): boolean {
  return cut ? PICTURE_CHUNKS.includes(cut.type) : missing > 0 && whole.at(-1)?.type === FRAME;
}

/** Of the whole canvas, or of the only picture (RFC 9649, 2.5 to 2.7; RFC 6386, 9.1). */
function sizeIn({ type, data }: WebpChunk): Size | null {
  if (type === 'VP8X' && data.length >= 10)
    return { width: 1 + data.readUIntLE(4, 3), height: 1 + data.readUIntLE(7, 3) };
  if (type === 'VP8L' && data.length >= 5) {
    const bits = data.readUInt32LE(1);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  if (type !== 'VP8 ' || data.length < 10) return null;
  const [width, height] = [data.readUInt16LE(6) & 0x3fff, data.readUInt16LE(8) & 0x3fff];
  return width > 0 && height > 0 ? { width, height } : null;
}
