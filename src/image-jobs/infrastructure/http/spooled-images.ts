import { createHash } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { imageFormatOf, SIGNATURE_BYTES, type SourceFormat } from '../../../imaging/domain/image-format.ts';
import { removeFile } from '../../../shared/remove-file.ts';
import type { Spool } from '../../../shared/spool.ts';
import { imageJobProblems } from '../../domain/errors.ts';
import { pictureKindOf } from './picture-kind.ts';

/** What comes while a write is under way is held, up to so much, and goes to the disk in one write. */
const HELD_BYTES = 512 * 1024;
/** Of the first chunk so much is looked at: what files are shows in it. */
const KIND_BYTES = 4_100;
const SPOOL_FILE = { flags: 'wx', mode: 0o600, highWaterMark: HELD_BYTES };

/** Largest file, in bytes, and whose limit that is. */
export interface FileLimit {
  readonly fileBytes: number;
  readonly limitOwner: string;
}

/** An uploaded image in its spool file. */
export interface SpooledImage {
  readonly path: string;
  readonly format: SourceFormat;
  readonly bytes: number;
  /** Of the bytes, in hex. */
  readonly sha256: string;
}

/** The images of one request: counted and looked at while they stream to spool files. */
export class SpooledImages {
  private readonly writing: WriteStream[] = [];
  private isOver = false;

  constructor(
    private readonly spool: Spool,
    private readonly limit: FileLimit,
  ) {}

  /** @throws file_too_large, unsupported_format, as soon as it shows; disk_full */
  async take(content: AsyncIterable<Buffer>, field: string): Promise<SpooledImage> {
    if (this.isOver) throw new Error('The request is over');
    const path = this.spool.newPath();
    const writer = createWriteStream(path, SPOOL_FILE);
    this.writing.push(writer);
    const hash = createHash('sha256');
    let bytes = 0;
    let head = Buffer.alloc(0);
    const inspect = new Transform({
      transform: (chunk: Buffer, _encoding, next) => {
        bytes += chunk.length;
        hash.update(chunk);
        if (bytes > this.limit.fileBytes) return next(tooLarge(this.limit, field, 'a larger one'));
        if (head.length < SIGNATURE_BYTES) {
          head = Buffer.concat([head, chunk.subarray(0, KIND_BYTES)]);
          if (head.length >= SIGNATURE_BYTES && !imageFormatOf(head)) return void unsupported(field, head).then(next);
        }
        next(null, chunk);
      },
    });
    await pipeline(content, inspect, writer).catch((error: NodeJS.ErrnoException) => {
      throw diskFault(error);
    });
    const format = imageFormatOf(head);
    if (!format) throw await unsupported(field, head);
    return { path, format, bytes, sha256: hash.digest('hex') };
  }

  /** Removes the files that nobody has taken over; none is made from then on. */
  async remove(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.writing.map(removed));
  }
}

/** Not before its writer is done with it: what is removed while it opens would be made afterwards. */
async function removed(writer: WriteStream): Promise<void> {
  writer.destroy();
  if (!writer.closed) await new Promise<void>((closed) => writer.once('close', () => closed()));
  await removeFile(String(writer.path));
}

export function tooLarge({ fileBytes, limitOwner }: FileLimit, field: string, received: string): Error {
  return imageJobProblems.fileTooLarge.error(
    `Expected a file of at most ${fileBytes} bytes (limit of ${limitOwner}) for ${field}, received ${received}`,
  );
}

async function unsupported(field: string, head: Buffer): Promise<Error> {
  const received = head.length === 0 ? 'an empty file' : await pictureKindOf(head);
  return imageJobProblems.unsupportedFormat.error(
    `Expected the bytes of a JPEG, PNG or WebP for ${field}, received ${received}`,
  );
}

/** A disk that filled up while the file was written is told like one that was full before. */
function diskFault(error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ENOSPC' && error.code !== 'EDQUOT') return error;
  const detail = 'Expected room for the file on the disk of uploads, found the disk full';
  return imageJobProblems.diskFull.error(detail, { retryAfter: 60, cause: error });
}
