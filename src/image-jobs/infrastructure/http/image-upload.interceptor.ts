import { type CallHandler, type ExecutionContext, Injectable, Logger, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import multer, { MulterError } from 'multer';
import type { Observable } from 'rxjs';
import type { Caller } from '../../../accounts/domain/caller.ts';
import { Settings } from '../../../settings/settings.ts';
import { ApplicationError } from '../../../shared/application-error.ts';
import { expectation, shown } from '../../../shared/expectation.ts';
import { awaitedBody } from '../../../shared/http/middleware.ts';
import { requestProblems } from '../../../shared/problems.ts';
import { removeFile } from '../../../shared/remove-file.ts';
import { Spool } from '../../../shared/spool.ts';
import { FileStore } from '../../application/ports.ts';
import { imageJobProblems } from '../../domain/errors.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { OPERATIONS_BYTES, type SpooledFile, SpoolStorage, type UploadRequest } from './spool-storage.ts';

/** What a multipart body may hold beside the image: names, delimiters and `operations`. */
const BODY_BEYOND_FILE_BYTES = 64 * 1024;

/** An upload that has arrived. */
export interface ReceivedUpload {
  readonly image?: SpooledFile;
  /** The parts of `operations`, as text. */
  readonly operations: string[];
}

const receive = multer({
  storage: new SpoolStorage(),
  defParamCharset: 'utf8',
  // The image's own limit is the caller's, and counted by the storage.
  limits: {
    files: 4,
    fields: 64,
    parts: 68,
    fieldNameSize: 128,
    fieldSize: OPERATIONS_BYTES,
    headerPairs: 32,
    // Fields of other names are ignored, whatever they are called: bounds of what is built of a name, not of its taste.
    fieldNestingDepth: 64,
    fieldArrayIndexLimit: 100_000,
  },
}).any();

/** Takes in a multipart upload: bytes go to a spool file, counted while they stream, never to memory. */
@Injectable()
export class ImageUploadInterceptor implements NestInterceptor {
  private readonly logger = new Logger('Upload');

  constructor(
    private readonly spool: Spool,
    private readonly files: FileStore,
    private readonly settings: Settings,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<UploadRequest & { caller: Caller; upload: ReceivedUpload }>();
    const response = context.switchToHttp().getResponse<Response>();
    idempotencyKeyOf(request, request.caller);
    await this.assertAcceptable(request, request.caller);
    awaitedBody(request, response);
    request.upload = await this.receive(request, response, request.caller);
    return next.handle();
  }

  /** What can be refused before the body is read. */
  private async assertAcceptable(request: UploadRequest, caller: Caller): Promise<void> {
    const type = request.headers['content-type'];
    if (!request.is('multipart/form-data')) {
      throw requestProblems.unsupportedMediaType.error(expectation('multipart/form-data', 'Content-Type', type));
    }
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > caller.policy.fileBytes + BODY_BEYOND_FILE_BYTES)
      throw bodyTooLarge(caller, `a request of ${declared} bytes`);
    const free = Math.min(this.spool.freeBytes(), await this.files.freeBytes());
    const floor = this.settings.storage.minimumFreeBytes;
    if (free >= floor) return;
    this.logger.error(`${free} bytes are free on the disk of uploads; below ${floor} they are refused`);
    throw imageJobProblems.diskFull.error(
      `Expected at least ${floor} bytes free on the disk of uploads (limit of the whole service), found fewer`,
      { retryAfter: 60 },
    );
  }

  private async receive(request: UploadRequest, response: Response, caller: Caller): Promise<ReceivedUpload> {
    const path = this.spool.newPath();
    response.once('close', () => {
      removeSpoolFile(request).catch((error: unknown) => this.logger.warn({ err: error }, 'A spool file stays'));
    });
    const { fileBytes } = caller.policy;
    await new Promise<void>((resolve, refuse) => {
      request.incoming = {
        path,
        fileBytes,
        limitOwner: caller.limitOwner,
        images: 0,
        isOver: false,
        operations: [],
        refuse,
      };
      refuseBeyond(request, fileBytes + BODY_BEYOND_FILE_BYTES, () => refuse(bodyTooLarge(caller, 'a larger request')));
      receive(request, response, (error?: unknown) => (error ? refuse(translated(error)) : resolve()));
    });
    return received(request);
  }
}

/** Not before its writer is done with it: what is removed while it opens would be made afterwards. */
async function removeSpoolFile({ incoming }: UploadRequest): Promise<void> {
  const { path, writing } = incoming;
  incoming.isOver = true;
  writing?.destroy();
  if (writing && !writing.closed) await new Promise<void>((closed) => writing.once('close', () => closed()));
  await removeFile(path);
}

/** Counts the whole body, parts that are ignored included: its length may not have been declared. */
function refuseBeyond(request: UploadRequest, most: number, refuse: () => void): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > most) refuse();
  });
}

function bodyTooLarge({ policy, limitOwner }: Caller, what: string): ApplicationError {
  return imageJobProblems.fileTooLarge.error(
    `Expected a file of at most ${policy.fileBytes} bytes (limit of ${limitOwner}) for original_image, received ${what}`,
  );
}

function received({ incoming, body }: UploadRequest): ReceivedUpload {
  const { operations: field } = (body ?? {}) as { operations?: unknown };
  const fields = [field].flat().filter((part): part is string => typeof part === 'string');
  const operations = [...fields, ...incoming.operations];
  if (operations.reduce((sum, part) => sum + Buffer.byteLength(part), 0) > OPERATIONS_BYTES) throw operationsTooLarge();
  return { image: incoming.image, operations };
}

function operationsTooLarge(): ApplicationError {
  return requestProblems.bodyTooLarge.error(`Expected at most ${OPERATIONS_BYTES} bytes for operations, received more`);
}

/** What multer and its parser say, in the product's words. */
function translated(error: unknown): Error {
  if (error instanceof ApplicationError) return error;
  const { message } = error as Error;
  if (error instanceof MulterError && error.code === 'LIMIT_FIELD_VALUE') {
    const name = shown(error.field);
    return requestProblems.bodyTooLarge.error(
      `Expected at most ${OPERATIONS_BYTES} bytes for the form field ${name}, received more`,
    );
  }
  return requestProblems.malformedRequest.error(
    `Expected a multipart/form-data body that can be read, received one that cannot: ${message}`,
  );
}
