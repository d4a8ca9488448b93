/** One chunk of a WebP, in the file's own memory. */
export interface WebpChunk {
  /** Four letters, e.g. `VP8X`. */
  readonly type: string;
  readonly data: Buffer;
}

/** `RIFF`, the length of all that follows, `WEBP`. */
export const FILE_HEAD_BYTES = 12;
/** Type and length of a chunk. */
export const HEAD_BYTES = 8;

/** The chunks of a WebP, in order, up to its end or to one that the file ends within. */
export function webpChunksOf(file: Buffer): Generator<WebpChunk> {
  const end = file.length < FILE_HEAD_BYTES ? 0 : HEAD_BYTES + file.readUInt32LE(4);
  return chunksWithin(file.subarray(FILE_HEAD_BYTES, end));
}

/** How many frames stand in an animated WebP, counted up to so many; 0 in a still one. */
export function framesOf(file: Buffer, most: number): number {
  let frames = 0;
  for (const { type } of webpChunksOf(file)) {
    if (type === 'ANMF') frames += 1;
    if (frames === most) break;
  }
  return frames;
}

/** The chunks that stand in a row in these bytes; each begins at an even place. */
export function* chunksWithin(bytes: Buffer): Generator<WebpChunk> {
  for (let start = 0; start + HEAD_BYTES <= bytes.length; ) {
    const end = start + HEAD_BYTES + bytes.readUInt32LE(start + 4);
    if (end > bytes.length) return;
    yield { type: bytes.toString('latin1', start, start + 4), data: bytes.subarray(start + HEAD_BYTES, end) };
    start = end + (end % 2);
  }
}

/** A chunk as it stands in a file. */
export function webpChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(type, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

/** A file of these chunks. */
export function webpFile(chunks: readonly Buffer[]): Buffer {
  return webpChunk('RIFF', Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks]));
}
