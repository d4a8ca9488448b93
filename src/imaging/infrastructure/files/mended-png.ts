import { createInflateRaw } from 'node:zlib';
import { chunksOf, PNG_SIGNATURE, type PngChunk, pngChunk } from './png-chunks.ts';

/** What a PNG's pixels are packed in (zlib, RFC 1950): two bytes, deflated data, a checksum of what they unpack to. */
const ZLIB_HEAD_BYTES = 2;
/** The header of the largest window, 32 kB: old encoders name a smaller one than their data uses. */
const WIDEST = Buffer.of(0x78, 0x01);
const CHECKSUM_BYTES = 4;
/** Four channels of 16 bits. */
const MOST_BYTES_OF_PIXEL = 8;
/** For the filter of a row, and what is left of its last byte, in up to seven passes. */
const MOST_BYTES_BESIDE_ROW = 16;

/**
 * The file with right checksums in and behind its pixels, as wide a window as there is before them, and without what is
 * broken beside them, where all that the pixels are packed in is there by the chunks' own checksums or by the one behind it.
 * Null where nothing of that is wrong, or more.
 */
export async function mendedPng(file: Buffer): Promise<Buffer | null> {
  const chunks = [...chunksOf(file)];
  const header = chunks[0];
  if (header?.type !== 'IHDR' || header.data.length < 8) return null;
  const pixels = chunks.filter(isPixels);
  const cut = cutPixels(file, chunks.at(-1)?.end as number);
  const packed = Buffer.concat([...pixels.map(({ data }) => data), ...cut]);
  const found = await unpacked(packed.subarray(ZLIB_HEAD_BYTES), mostBytes(header));
  if (!found) return null;
  const end = ZLIB_HEAD_BYTES + found.packedBytes;
  const isSumRight = packed.subarray(end, end + CHECKSUM_BYTES).equals(found.checksum);
  const areWhole = pixels.every(({ isWhole }) => isWhole);
  if (!isSumRight && !areWhole) return null;
  const others = chunks.filter((chunk) => !isPixels(chunk) && !isBrokenAside(chunk));
  const isWide = packed[0] === WIDEST[0];
  const isLeft = others.length + pixels.length < chunks.length || cut.length > 0;
  if (isSumRight && areWhole && isWide && !isLeft) return null;
  const mended = pngChunk('IDAT', Buffer.concat([WIDEST, packed.subarray(ZLIB_HEAD_BYTES, end), found.checksum]));
  const first = pixels[0]?.start ?? file.length;
  const [before, behind] = [true, false].map((isBefore) => others.filter(({ start }) => start < first === isBefore));
  const bytesOf = (some: readonly PngChunk[] = []) => some.map((chunk) => file.subarray(chunk.start, chunk.end));
  return Buffer.concat([PNG_SIGNATURE, ...bytesOf(before), mended, ...bytesOf(behind)]);
}

function isPixels({ type }: PngChunk): boolean {
  return type === 'IDAT';
}

/** Decoders pass over what is not needed to show the picture, which its first letter tells, where its checksum is wrong. */
function isBrokenAside({ type, isWhole }: PngChunk): boolean {
  return /^[a-z]/.test(type) && !isWhole;
}

/** The data of the pixels' last chunk, as far as they go, where the file ends within it. */
function cutPixels(file: Buffer, start: number): Buffer[] {
  const isCut = file.toString('latin1', start + 4, start + 8) === 'IDAT';
  return isCut ? [file.subarray(start + 8, start + 8 + file.readUInt32BE(start))] : [];
}

/** More than this is no picture of the size in the header: width and height come first in it. */
function mostBytes({ data }: PngChunk): number {
  return (data.readUInt32BE(0) * MOST_BYTES_OF_PIXEL + MOST_BYTES_BESIDE_ROW) * data.readUInt32BE(4);
}

/** How many of the bytes belong to the deflated data, and the checksum of what these unpack to; null where they are broken. */
async function unpacked(deflated: Buffer, most: number): Promise<{ packedBytes: number; checksum: Buffer } | null> {
  const inflate = createInflateRaw();
  const sum = new Adler32();
  let bytes = 0;
  try {
    inflate.end(deflated);
    for await (const part of inflate as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > most) return null;
      sum.add(part);
    }
  } catch {
    return null;
  }
  return { packedBytes: inflate.bytesWritten, checksum: sum.bytes() };
}

/** RFC 1950, 8.2. */
class Adler32 {
  /** Numbers that can be added before a sum no longer fits into 32 bits. */
  static readonly #STRETCH = 5_552;
  static readonly #MODULUS = 65_521;
  #low = 1;
  #high = 0;

  add(data: Buffer): void {
    for (let from = 0; from < data.length; from += Adler32.#STRETCH) {
      const to = Math.min(data.length, from + Adler32.#STRETCH);
      for (let at = from; at < to; at += 1) {
        this.#low += data[at] as number;
        this.#high += this.#low;
      }
      this.#low %= Adler32.#MODULUS;
      this.#high %= Adler32.#MODULUS;
    }
  }

  bytes(): Buffer {
    const bytes = Buffer.alloc(CHECKSUM_BYTES);
    bytes.writeUInt16BE(this.#high, 0);
    bytes.writeUInt16BE(this.#low, 2);
    return bytes;
  }
}
