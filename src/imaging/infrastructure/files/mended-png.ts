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
 * The file with the right checksum (Adler-32) behind its pixels, and as wide a window as there is before them, where one
 * of these is wrong and all that the pixels are packed in is there by the chunks' own checksums. Null where nothing is wrong
 * with it, or more.
 */
export async function mendedPng(file: Buffer): Promise<Buffer | null> {
  const chunks = [...chunksOf(file)];
  const header = chunks[0];
  const pixels = chunks.filter(({ type }) => type === 'IDAT');
  if (header?.type !== 'IHDR' || header.data.length < 8 || !pixels.every(({ isWhole }) => isWhole)) return null;
  const packed = Buffer.concat(pixels.map(({ data }) => data));
  const found = await unpacked(packed.subarray(ZLIB_HEAD_BYTES), mostBytes(header));
  if (!found) return null;
  const end = ZLIB_HEAD_BYTES + found.packedBytes;
  const isWide = packed[0] === WIDEST[0];
  if (isWide && packed.subarray(end, end + CHECKSUM_BYTES).equals(found.checksum)) return null;
  const mended = pngChunk('IDAT', Buffer.concat([WIDEST, packed.subarray(ZLIB_HEAD_BYTES, end), found.checksum]));
  const others = (from: number, to: number) =>
    chunks.slice(from, to).map((chunk) => file.subarray(chunk.start, chunk.end));
  const first = chunks.indexOf(pixels[0] as PngChunk);
  return Buffer.concat([PNG_SIGNATURE, ...others(0, first), mended, ...others(first + pixels.length, chunks.length)]);
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
