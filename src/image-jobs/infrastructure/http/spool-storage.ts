import { createWriteStream, type WriteStream } from 'node:fs';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import type { StorageEngine } from 'multer';
import { type ImageFormat, imageFormatOf, SIGNATURE_BYTES } from '../../../imaging/domain/image-format.ts';
import { ApplicationError } from '../../../shared/application-error.ts';
import { requestProblems } from '../../../shared/problems.ts';
import { imageJobProblems } from '../../domain/errors.ts';

/** Longest `operations`, in bytes. */
export const OPERATIONS_BYTES = 16 * 1024;

/** What comes while a write is under way is held, up to so much, and goes to the disk in one write. */
const HELD_BYTES = 512 * 1024;
const SPOOL_FILE = { flags: 'wx', mode: 0o600, highWaterMark: HELD_BYTES };

/** An uploaded file in its spool file. */
export interface SpooledFile {
  readonly path: string;
  readonly format: ImageFormat;
  readonly bytes: number;
  readonly name: string;
}

/** What a request is sending in, while it arrives. */
export interface Incoming {
  /** Where the image goes; removed with the request unless it was taken over. */
  readonly path: string;
  /** Largest image, in bytes, and whose limit that is. */
  readonly fileBytes: number;
  readonly limitOwner: string;
  images: number;
  /** What writes the image to its path; it may open, or be open, still when the request is over. */
  writing?: WriteStream;
  /** The answer is out: what comes now is thrown away. */
  isOver: boolean;
  image?: SpooledFile;
  /** The `operations` that came as file parts. */
  readonly operations: string[];
  /** Ends the upload at once, before the rest of it has come. */
  refuse(error: Error): void;
}

export type UploadRequest = Request & { incoming: Incoming };

/**
 * multer's storage: the image goes to a spool file, counted and looked at while it streams; an `operations` that comes as
 * a file part (a Blob has a file name) is kept as text; other files are thrown away.
 */
export class SpoolStorage implements StorageEngine {
  _handleFile(request: Request, file: Express.Multer.File, done: (error?: unknown, info?: object) => void): void {
    const { incoming } = request as UploadRequest;
    const taken = this.take(incoming, file).then(() => done(null, {}));
    taken.catch((error: NodeJS.ErrnoException) => {
      file.stream.resume();
      // Of a body that broke off multer knows more.
      if (error instanceof ApplicationError || error.syscall !== undefined) incoming.refuse(diskFault(error));
      done(error);
    });
  }

  _removeFile(_request: Request, _file: Express.Multer.File, done: (error: Error | null) => void): void {
    // The interceptor removes the spool file when the request is over, however it ends.
    done(null);
  }

  private async take(incoming: Incoming, file: Express.Multer.File): Promise<void> {
    if (file.fieldname === 'operations') incoming.operations.push(await textOf(file.stream));
    else if (file.fieldname === 'original_image') await takeImage(incoming, file);
    else file.stream.resume();
  }
}

async function takeImage(incoming: Incoming, file: Express.Multer.File): Promise<void> {
  incoming.images += 1;
  if (incoming.images > 1) {
    const detail = 'Expected one file for original_image, received a second one';
    throw requestProblems.validationFailed.error(detail, {
      errors: [{ pointer: '/original_image', code: 'invalid_value', detail }],
    });
  }
  let bytes = 0;
  let head = Buffer.alloc(0);
  const inspect = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length;
      if (bytes > incoming.fileBytes) return next(tooLarge(incoming));
      if (head.length < SIGNATURE_BYTES) {
        head = Buffer.concat([head, chunk.subarray(0, SIGNATURE_BYTES - head.length)]);
        if (head.length === SIGNATURE_BYTES && !imageFormatOf(head)) return next(unsupported('other bytes'));
      }
      next(null, chunk);
    },
  });
  if (incoming.isOver) throw new Error('The request is over');
  incoming.writing = createWriteStream(incoming.path, SPOOL_FILE);
  await pipeline(file.stream, inspect, incoming.writing);
  const format = imageFormatOf(head);
  if (!format) throw unsupported(bytes === 0 ? 'an empty file' : 'other bytes');
  incoming.image = { path: incoming.path, format, bytes, name: cleanName(file.originalname) };
}

function tooLarge({ fileBytes, limitOwner }: Incoming): Error {
  return imageJobProblems.fileTooLarge.error(
    `Expected a file of at most ${fileBytes} bytes (limit of ${limitOwner}) for original_image, received a larger one`,
  );
}

/** A disk that filled up while the file was written is told like one that was full before. */
function diskFault(error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ENOSPC' && error.code !== 'EDQUOT') return error;
  const detail = 'Expected room for the file on the disk of uploads, found the disk full';
  return imageJobProblems.diskFull.error(detail, { retryAfter: 60, cause: error });
}

function unsupported(received: string): Error {
  return imageJobProblems.unsupportedFormat.error(
    `Expected the bytes of a JPEG, PNG or WebP for original_image, received ${received}`,
  );
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > OPERATIONS_BYTES) {
      throw requestProblems.bodyTooLarge.error(
        `Expected at most ${OPERATIONS_BYTES} bytes for operations, received more`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The last part of a path, without control characters, at most 255 characters. */
function cleanName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return last
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
    .slice(0, 255)
    .toWellFormed();
}
