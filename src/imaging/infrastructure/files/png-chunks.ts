import { crc32 } from 'node:zlib';

/** One chunk of a PNG, in the file's own memory. */
export interface PngChunk {
  /** Four letters, e.g. `IDAT`. */
  readonly type: string;
  readonly data: Buffer;
  /** Where it begins in the file, and where the next one does. */
  readonly start: number;
  readonly end: number;
  /** Whether its checksum is right; computed when asked. */
  readonly isWhole: boolean;
}

/** What every PNG begins with. */
export const PNG_SIGNATURE = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Length and type stand before the data, the checksum behind it. */
const HEAD_BYTES = 8;
const CHECKSUM_BYTES = 4;

/** Encoders write some thousand at most; to hold a file of more, made of empty ones, takes more memory than a child has. */
const MOST_CHUNKS = 50_000;

/** The chunks of a PNG, in order, up to its end, to one that the file ends within, or to the 50,000th. */
export function* chunksOf(file: Buffer): Generator<PngChunk> {
  let start = PNG_SIGNATURE.length;
  for (let chunks = 0; chunks < MOST_CHUNKS && start + HEAD_BYTES <= file.length; chunks += 1) {
    const dataEnd = start + HEAD_BYTES + file.readUInt32BE(start);
    const end = dataEnd + CHECKSUM_BYTES;
    if (end > file.length) return;
    const body = file.subarray(start + 4, dataEnd);
    yield {
      type: body.toString('latin1', 0, 4),
      data: body.subarray(4),
      start,
      end,
      get isWhole() {
        return file.readUInt32BE(dataEnd) === crc32(body);
      },
    };
    start = end;
  }
}

/** A chunk as it stands in a file. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
