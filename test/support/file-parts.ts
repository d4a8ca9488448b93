import { crc32, deflateSync } from 'node:zlib';

/** The first bytes of every PNG. */
export const PNG_SIGNATURE = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** One chunk of a PNG: length, type, data and checksum. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
}

/** The header chunk of a PNG of 8 bits a channel; `colourType` is 0 for grey, 2 for colours. */
export function pngHeader(width: number, height: number, colourType = 2): Buffer {
  return pngChunk('IHDR', Buffer.concat([uint32(width), uint32(height), Buffer.of(8, colourType, 0, 0, 0)]));
}

/** A whole PNG of the chunks given, with an end. */
export function png(...chunks: Buffer[]): Buffer {
  return Buffer.concat([PNG_SIGNATURE, ...chunks, pngChunk('IEND', Buffer.alloc(0))]);
}

/** Rows of zeros for a PNG: a handful of bytes for any number of pixels. */
export function pngZeros(bytesOfRow: number, rows: number): Buffer {
  return pngChunk('IDAT', deflateSync(Buffer.alloc((bytesOfRow + 1) * rows), { level: 9 }));
}

/** One chunk of a RIFF file, padded to an even length. */
export function riffChunk(type: string, data: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(type, 'latin1'), uint32le(data.length), data, Buffer.alloc(data.length % 2)]);
}

/** A WebP of the chunks given. */
export function webp(...chunks: Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks]);
  return Buffer.concat([Buffer.from('RIFF', 'latin1'), uint32le(body.length), body]);
}

/** The chunk that announces an extended WebP; `flags`: 2 animation, 8 EXIF, 16 alpha, 32 ICC. */
export function webpHeader(width: number, height: number, flags: number): Buffer {
  return riffChunk('VP8X', Buffer.concat([Buffer.of(flags, 0, 0, 0), uint24le(width - 1), uint24le(height - 1)]));
}

/** The chunk of a WebP file that holds the pixels of its only frame. */
export function webpPixels(file: Buffer): Buffer {
  for (let at = 12; at < file.length; ) {
    const length = 8 + file.readUInt32LE(at + 4);
    if (/^VP8[ L]$/.test(file.toString('latin1', at, at + 4))) return file.subarray(at, at + length + (length % 2));
    at += length + (length % 2);
  }
  throw new Error('Expected a WebP with one frame.');
}

/** One frame of an animation, at its top left corner. */
export function webpFrame(width: number, height: number, pixels: Buffer): Buffer {
  const place = [uint24le(0), uint24le(0), uint24le(width - 1), uint24le(height - 1), uint24le(50), Buffer.of(0)];
  return riffChunk('ANMF', Buffer.concat([...place, pixels]));
}

/** One segment of a JPEG, after the two bytes that begin it. */
export function jpegSegment(marker: number, data: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0xff, marker), uint16(data.length + 2), data]);
}

/** A JPEG with segments put in right after its first two bytes. */
export function withJpegSegments(file: Buffer, ...segments: Buffer[]): Buffer {
  return Buffer.concat([file.subarray(0, 2), ...segments, file.subarray(2)]);
}

/** Where the height stands in a JPEG's frame header; the width follows. */
export function jpegSizeOffset(file: Buffer): number {
  for (let at = 2; at < file.length; ) {
    const marker = file[at + 1] as number;
    if (marker >= 0xc0 && marker <= 0xc2) return at + 5;
    at += 2 + file.readUInt16BE(at + 2);
  }
  throw new Error('Expected a JPEG with a frame header.');
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32le(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint24le(value: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntLE(value, 0, 3);
  return bytes;
}
