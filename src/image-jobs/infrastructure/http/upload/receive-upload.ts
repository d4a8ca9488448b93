import { Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { ImageFacts } from '../../../../imaging/domain/image-facts.ts';
import type { ApplicationError, Fault } from '../../../../shared/application-error.ts';
import { expectation, shown } from '../../../../shared/expectation.ts';
import { assertNoFaults, fault } from '../../../../shared/faults.ts';
import { formPartOf } from '../../../../shared/http/form-part.ts';
import { assertNotEncoded, awaitedBody } from '../../../../shared/http/middleware.ts';
import { boundaryOf, MalformedMultipart, type Part, partsOf } from '../../../../shared/http/multipart.ts';
import { utf8Text } from '../../../../shared/http/utf8.ts';
import { requestProblems } from '../../../../shared/problems.ts';
import type { Spool } from '../../../../shared/spool.ts';
import { type FileLimit, tooLarge } from './inspection.ts';
import { type RefusedImage, type SpooledImage, SpooledImages } from './spooled-images.ts';

/** What a multipart body may hold beside its images: names, delimiters and texts. */
const BODY_BEYOND_IMAGES_BYTES = 64 * 1024;
/** Longest text of one field, all its parts together. */
const TEXT_BYTES = 16 * 1024;
/** Most parts beside the images: texts, and what nobody asked for. */
const MOST_OTHER_PARTS = 64;

/** What a form may bring, and where its images go. */
export interface UploadLimits extends FileLimit {
  /** The field of the images, and most of them. */
  readonly field: string;
  readonly mostImages: number;
  /** Most bytes of all images together, and the refusal of a request that brings more; what it received is named so. */
  readonly imagesBytes: number;
  readonly tooLargeTogether?: (received: string) => ApplicationError;
  /** The fields of text that are read; each may come in several parts, as files too (a Blob has a file name). */
  readonly texts: readonly string[];
  readonly spool: Spool;
  /** Begins to read the header of an image that has come. */
  readonly factsOf: (image: SpooledImage) => Promise<ImageFacts>;
}

/** Which of the images sent it is. */
interface SentImage {
  /** The name that its client gave; '' if none. */
  readonly name: string;
  /** Its place among all that came, from 0. */
  readonly position: number;
}

/** An image as it came. */
export interface ReceivedImage extends SpooledImage, SentImage {
  readonly facts: Promise<ImageFacts>;
}

/** A form that has arrived. */
export interface ReceivedUpload {
  /** In the order sent. */
  readonly images: readonly ReceivedImage[];
  /** Those that are refused alone. */
  readonly refused: readonly (RefusedImage & SentImage)[];
  /** The parts of each text field. */
  readonly texts: Readonly<Record<string, readonly string[]>>;
  /** Fields that are not read. */
  readonly ignoredFields: readonly string[];
  /** Fields that brought a file, and may not. */
  readonly strayFiles: readonly string[];
}

const logger = new Logger('Upload');

/**
 * Takes in a multipart form: images go to spool files, counted while they stream, never to memory.
 * A refusal is thrown at once, whatever is still to come, unless it is that of a file that is refused alone.
 * The spool files go with the request, but for those that somebody has moved away.
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
  const images: ReceivedImage[] = [];
  const refused: (RefusedImage & SentImage)[] = [];
  const texts: Record<string, string[]> = {};
  const ignoredFields: string[] = [];
  const strayFiles: string[] = [];

  const takeText = (field: string, text: string) => {
    if (!limits.texts.includes(field)) return void ignoredFields.push(field);
    // What a form sends whose field was left empty.
    if (text === '') return;
    const parts = [...(texts[field] ?? []), text];
    if (parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0) > TEXT_BYTES) throw textTooLarge(field);
    texts[field] = parts;
  };
  const takeFile = async (field: string, name: string | undefined, content: AsyncGenerator<Buffer>): Promise<void> => {
    // What a page's file input sends that was left empty.
    const first = name === undefined ? await content.next() : undefined;
    const isNothing = first?.done === true;
    if (isNothing || field !== limits.field) return void (isNothing ? ignoredFields : strayFiles).push(field);
    const position = images.length + refused.length;
    if (position === limits.mostImages) assertNoFaults([oneTooMany(limits)]);
    const image = await spooled.take(first?.value ? after(first.value, content) : content, field);
    const sent = { name: cleanName(name ?? ''), position };
    if ('refusal' in image) refused.push({ ...image, ...sent });
    else images.push({ ...image, ...sent, facts: limits.factsOf(image) });
  };
  const takePart = async (part: Part): Promise<void> => {
    const { field, fileName, type } = formPartOf(part.headers);
    const isFile = fileName !== undefined || field === limits.field || type === 'application/octet-stream';
    if (isFile && !limits.texts.includes(field)) return takeFile(field, fileName, part.content);
    takeText(field, await textOf(part.content, field));
  };

  try {
    let parts = 0;
    for await (const part of partsOf(bytesOf(request, limits), boundaryOf(request.headers))) {
      parts += 1;
      if (parts > limits.mostImages + MOST_OTHER_PARTS) throw new MalformedMultipart('it has too many parts');
      await takePart(part);
    }
  } catch (error) {
    throw error instanceof MalformedMultipart || error === request.errored ? malformed(error as Error) : error;
  }
  return { images, refused, texts, ignoredFields, strayFiles };
}

/** What can be refused before the body is read. */
function assertAcceptable(request: Request, limits: UploadLimits): void {
  if (!request.is('multipart/form-data')) {
    const type = request.headers['content-type'];
    throw requestProblems.unsupportedMediaType.error(expectation('multipart/form-data', 'Content-Type', type));
  }
  assertNotEncoded(request);
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > mostBytes(limits)) throw tooLargeTogether(limits, `a request of ${declared} bytes`);
}

/** The whole body, counted with the parts that are ignored: its length may not have been declared. */
async function* bytesOf(request: Request, limits: UploadLimits): AsyncGenerator<Buffer> {
  let bytes = 0;
  // After a refusal the connection is still needed.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes(limits)) throw tooLargeTogether(limits, 'a larger request');
    yield chunk;
  }
}

function tooLargeTogether(limits: UploadLimits, received: string): ApplicationError {
  return limits.tooLargeTogether?.(received) ?? tooLarge(limits, limits.field, received);
}

function mostBytes({ imagesBytes }: UploadLimits): number {
  return imagesBytes + BODY_BEYOND_IMAGES_BYTES;
}

/** A content whose beginning has been read. */
async function* after(beginning: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield beginning;
  yield* rest;
}

async function textOf(content: AsyncIterable<Buffer>, field: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > TEXT_BYTES) throw textTooLarge(field);
    chunks.push(chunk);
  }
  return utf8Text(Buffer.concat(chunks), `the form field ${shown(field)}`);
}

function textTooLarge(field: string): ApplicationError {
  return requestProblems.bodyTooLarge.error(
    `Expected at most ${TEXT_BYTES} bytes for the form field ${shown(field)}, received more`,
  );
}

function oneTooMany({ field, mostImages }: UploadLimits): Fault {
  const detail =
    mostImages === 1
      ? `Expected one file for ${field}, received a second one`
      : `Expected at most ${mostImages} files for ${field}, received one more`;
  return fault([field], 'invalid_value', detail);
}

/** A body that cannot be read, or breaks off, in the product's words. */
function malformed({ message }: Error): ApplicationError {
  return requestProblems.malformedRequest.error(
    `Expected a multipart/form-data body that can be read, received one that cannot: ${message}`,
  );
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
