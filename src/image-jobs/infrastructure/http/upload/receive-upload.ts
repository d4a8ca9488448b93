import { Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { ApplicationError } from '../../../../shared/application-error.ts';
import { expectation } from '../../../../shared/expectation.ts';
import { assertNotEncoded, awaitedBody } from '../../../../shared/http/middleware.ts';
import { boundaryOf, MalformedMultipart, partsOf } from '../../../../shared/http/multipart.ts';
import { whenOver } from '../../../../shared/http/when-over.ts';
import { requestProblems } from '../../../../shared/problems.ts';
import { FormInbox, type ReceivedUpload, type UploadLimits } from './form-inbox.ts';
import { tooLarge } from './inspection.ts';
import { SpooledImages } from './spooled-images.ts';

/** What a multipart body may hold beside its images: names, delimiters and texts. */
const BODY_BEYOND_IMAGES_BYTES = 64 * 1024;
/** Most parts beside the images: texts, and what nobody asked for. */
const MOST_OTHER_PARTS = 64;
/** Many uploads may come at once: each looks again for room after so many bytes, as those that began before it do. */
const ROOM_BYTES = 1024 ** 2;

const logger = new Logger('Upload');

/**
 * Takes in a multipart form: images go to spool files, counted while they stream, never to memory.
 * A refusal is thrown at once, whatever is still to come, unless it is that of a file that is refused alone.
 * The spool files last until `use` is done with them, also when the client does not wait for its answer; those that somebody
 * has moved away stay. A place is taken before the body is asked for, and given back once the files are gone.
 * @throws unsupported_media_type, malformed_request, validation_failed, file_too_large, unsupported_format,
 * body_too_large, disk_full; what taking a place and `use` throw
 */
export async function receiveUpload<T>(
  request: Request,
  limits: UploadLimits,
  takePlace: () => () => void,
  use: (upload: ReceivedUpload) => Promise<T>,
): Promise<T> {
  const response = request.res as Response;
  await limits.assertRoom();
  assertAcceptable(request, limits);
  const leave = takePlace();
  awaitedBody(request, response);
  const spooled = new SpooledImages(limits.spool, limits);
  const clear = () => {
    const removed = spooled.remove().catch((error: unknown) => logger.warn({ err: error }, 'A spool file stays'));
    void removed.finally(leave);
  };
  let hasCome = false;
  // What is given up while it comes, by its client or by Node, may never be heard of again.
  whenOver(response, () => hasCome || clear());
  try {
    const upload = await received(request, response, limits, spooled);
    hasCome = true;
    return await use(upload);
  } finally {
    clear();
  }
}

async function received(
  request: Request,
  response: Response,
  limits: UploadLimits,
  spooled: SpooledImages,
): Promise<ReceivedUpload> {
  const inbox = new FormInbox(limits, spooled);
  try {
    let parts = 0;
    for await (const part of partsOf(bytesOf(request, limits), boundaryOf(request.headers))) {
      parts += 1;
      if (parts > limits.mostImages + MOST_OTHER_PARTS) throw new MalformedMultipart('it has too many parts');
      await inbox.take(part);
    }
  } catch (error) {
    const isBroken = error instanceof MalformedMultipart || error === request.errored || response.closed;
    throw isBroken ? malformed(error as Error) : error;
  }
  return inbox;
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
  let looked = 0;
  // After a refusal the connection is still needed.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes(limits)) throw tooLargeTogether(limits, 'a larger request');
    if (bytes - looked > ROOM_BYTES) {
      await limits.assertRoom();
      looked = bytes;
    }
    yield chunk;
  }
}

function tooLargeTogether(limits: UploadLimits, received: string): ApplicationError {
  return limits.tooLargeTogether?.(received) ?? tooLarge(limits, limits.field, received);
}

function mostBytes({ imagesBytes }: UploadLimits): number {
  return imagesBytes + BODY_BEYOND_IMAGES_BYTES;
}

/** A body that cannot be read, or breaks off, in the product's words. */
function malformed({ message }: Error): ApplicationError {
  return requestProblems.malformedRequest.error(
    `Expected a multipart/form-data body that can be read, received one that cannot: ${message}`,
  );
}
