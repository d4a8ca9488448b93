import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import multer, { MulterError, type Options } from 'multer';
import { ApplicationError } from '../../../shared/application-error.ts';
import { expectation, shown } from '../../../shared/expectation.ts';
import { awaitedBody } from '../../../shared/http/middleware.ts';
import { requestProblems } from '../../../shared/problems.ts';
import type { Spool } from '../../../shared/spool.ts';
import { NamedParts, NO_NAME } from './named-parts.ts';
import { type FileLimit, type SpooledImage, SpooledImages, tooLarge } from './spooled-images.ts';

/** What a multipart body may hold beside its images: names, delimiters and texts. */
const BODY_BEYOND_IMAGES_BYTES = 64 * 1024;
/** Longest text of one field, all its parts together. */
const TEXT_BYTES = 16 * 1024;
/** Most fields of text, the ignored ones too. */
const MOST_FIELDS = 64;
/** Most files beside the images: texts that come as files, and files that nobody asked for. */
const MOST_OTHER_FILES = 16;

/** What a form may bring, and where its images go. */
export interface UploadLimits extends FileLimit {
  /** The field of the images, and most of them. */
  readonly field: string;
  readonly mostImages: number;
  /** Most bytes of all images together. */
  readonly imagesBytes: number;
  /** The fields of text that are read; each may come in several parts, as files too (a Blob has a file name). */
  readonly texts: readonly string[];
  readonly spool: Spool;
}

/** An image as it came, with the name that its client gave; '' if none. */
export interface ReceivedImage extends SpooledImage {
  readonly name: string;
}

/** A form that has arrived. */
export interface ReceivedUpload {
  /** In the order sent. */
  readonly images: readonly ReceivedImage[];
  /** The parts of each text field. */
  readonly texts: Readonly<Record<string, readonly string[]>>;
  /** Fields that are not read. */
  readonly ignoredFields: readonly string[];
  /** Fields that brought a file, and may not. */
  readonly strayFiles: readonly string[];
}

const logger = new Logger('Upload');

/**
 * Takes in a multipart form: images go to spool files, counted while they stream, never to memory. A refusal is thrown at
 * once, whatever is still to come. The spool files go with the request, but for those that somebody has moved away.
 * @throws unsupported_media_type, malformed_request, validation_failed, file_too_large, unsupported_format,
 * body_too_large, disk_full
 */
export async function receiveUpload(request: Request, limits: UploadLimits): Promise<ReceivedUpload> {
  const response = request.res as Response;
  assertAcceptable(request, limits);
  awaitedBody(request, response);
  const spooled = new SpooledImages(limits.spool, limits);
  response.once('close', () => {
    spooled.remove().catch((error: unknown) => logger.warn({ err: error }, 'A spool file stays'));
  });
  const images: Promise<ReceivedImage>[] = [];
  const texts: Record<string, string[]> = {};
  const ignoredFields: string[] = [];
  const strayFiles: string[] = [];

  const takeText = (field: string, text: string) => {
    if (!limits.texts.includes(field)) return void ignoredFields.push(field);
    const parts = [...(texts[field] ?? []), text.replace(/^\uFEFF/, '')];
    if (parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0) > TEXT_BYTES) throw textTooLarge(field);
    texts[field] = parts;
  };
  const takeFile = async (field: string, name: string, stream: Readable): Promise<void> => {
    if (limits.texts.includes(field)) return takeText(field, await textOf(stream, field));
    // What a page's file input sends that was left empty.
    const isNothing = name === NO_NAME && (await isEmpty(stream));
    if (isNothing || field !== limits.field) {
      (isNothing ? ignoredFields : strayFiles).push(field);
      stream.resume();
      return;
    }
    if (images.length === limits.mostImages) throw tooManyImages(limits);
    const image = spooled.take(stream, field).then((file) => ({ ...file, name: cleanName(name) }));
    images.push(image);
    await image;
  };

  const arrived = Promise.withResolvers<void>();
  refuseBeyond(request, limits, arrived.reject);
  multer({
    defParamCharset: 'utf8',
    limits: {
      files: limits.mostImages + MOST_OTHER_FILES,
      fields: MOST_FIELDS,
      parts: limits.mostImages + MOST_OTHER_FILES + MOST_FIELDS,
      fieldNameSize: 128,
      fieldSize: TEXT_BYTES,
      headerPairs: 32,
      // Fields of other names are ignored, whatever they are called: bounds of what is built of a name, not of its taste.
      fieldNestingDepth: 64,
      fieldArrayIndexLimit: 100_000,
    },
    storage: {
      _handleFile: (_request, { fieldname, originalname, stream }, done) => {
        takeFile(fieldname, originalname, stream).then(
          () => done(null, {}),
          (error: NodeJS.ErrnoException) => {
            stream.resume();
            // Of a body that broke off multer knows more.
            if (error instanceof ApplicationError || error.syscall !== undefined) arrived.reject(error);
            done(error);
          },
        );
      },
      // They are removed when the request is over, however it ends.
      _removeFile: (_request, _file, done) => done(null),
    },
    streamHandler: (_request, parser) => {
      parser.on('field', (field: string, text: string) => {
        try {
          takeText(field, text);
        } catch (error) {
          arrived.reject(error);
        }
      });
      request.pipe(new NamedParts(boundaryOf(request), limits.field)).pipe(parser);
    },
  } as MulterOptions).any()(request, response, (error?: unknown) =>
    error ? arrived.reject(translated(error)) : arrived.resolve(),
  );
  await arrived.promise.finally(() => request.unpipe());
  return { images: await Promise.all(images), texts, ignoredFields, strayFiles };
}

/** The types of multer lag behind it. */
type MulterOptions = Options & { streamHandler(request: Request, parser: NodeJS.WritableStream): void };

/** What can be refused before the body is read. */
function assertAcceptable(request: Request, limits: UploadLimits): void {
  if (!request.is('multipart/form-data')) {
    const type = request.headers['content-type'];
    throw requestProblems.unsupportedMediaType.error(expectation('multipart/form-data', 'Content-Type', type));
  }
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > mostBytes(limits)) throw tooLarge(limits, limits.field, `a request of ${declared} bytes`);
}

/** Counts the whole body, parts that are ignored included: its length may not have been declared. */
function refuseBeyond(request: Request, limits: UploadLimits, refuse: (error: Error) => void): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostBytes(limits)) refuse(tooLarge(limits, limits.field, 'a larger request'));
  });
}

function mostBytes({ imagesBytes }: UploadLimits): number {
  return imagesBytes + BODY_BEYOND_IMAGES_BYTES;
}

function boundaryOf({ headers }: Request): string {
  return (
    /boundary=(?:"([^"]+)"|([^;\s]+))/i
      .exec(headers['content-type'] ?? '')
      ?.slice(1)
      .find(Boolean) ?? ''
  );
}

/** Whether a stream ends before its first byte; what has come of it stays in it. */
async function isEmpty(stream: Readable): Promise<boolean> {
  await once(stream, 'readable');
  const chunk: unknown = stream.read();
  if (chunk !== null) stream.unshift(chunk);
  return chunk === null;
}

async function textOf(stream: Readable, field: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > TEXT_BYTES) throw textTooLarge(field);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function textTooLarge(field: string | undefined): ApplicationError {
  return requestProblems.bodyTooLarge.error(
    `Expected at most ${TEXT_BYTES} bytes for the form field ${shown(field)}, received more`,
  );
}

function tooManyImages({ field, mostImages }: UploadLimits): ApplicationError {
  const detail =
    mostImages === 1
      ? `Expected one file for ${field}, received a second one`
      : `Expected at most ${mostImages} files for ${field}, received one more`;
  return requestProblems.validationFailed.error(detail, {
    errors: [{ pointer: `/${field}`, code: 'invalid_value', detail }],
  });
}

/** What multer and its parser say, in the product's words. */
function translated(error: unknown): Error {
  if (error instanceof ApplicationError) return error;
  if (error instanceof MulterError && error.code === 'LIMIT_FIELD_VALUE') return textTooLarge(error.field);
  return requestProblems.malformedRequest.error(
    `Expected a multipart/form-data body that can be read, received one that cannot: ${(error as Error).message}`,
  );
}

/** The last part of a path, without control characters, at most 255 characters. */
function cleanName(name: string): string {
  if (name === NO_NAME) return '';
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return last
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
    .slice(0, 255)
    .toWellFormed();
}
