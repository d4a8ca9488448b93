import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { imageFormatOf, SIGNATURE_BYTES, type SourceFormat } from '../../../imaging/domain/image-format.ts';
import type { ApplicationError } from '../../../shared/application-error.ts';
import { imageJobProblems } from '../../domain/errors.ts';
import { pictureKindOf } from './picture-kind.ts';

/** Of the first chunk so much is looked at: what files are shows in it. */
const KIND_BYTES = 4_100;

/** Largest file, in bytes, and whose limit that is. */
export interface FileLimit {
  readonly fileBytes: number;
  readonly limitOwner: string;
  /** Whether a file that is refused leaves those beside it alone. */
  readonly refusesAlone?: boolean;
}

/**
 * Lets the bytes of a file through, counts and looks at them. A file that is refused ends the stream with its refusal, as
 * soon as it shows; one that is refused alone is read to its end, and nothing more of it passes.
 */
export class Inspection extends Transform {
  /** Why the file is refused, if it is. */
  refusal: ApplicationError | undefined;
  private bytes = 0;
  private head = Buffer.alloc(0);
  private readonly hash = createHash('sha256');

  constructor(
    private readonly limit: FileLimit,
    private readonly field: string,
  ) {
    super();
  }

  /** What the file is known by; when it has come whole, and is not refused. */
  facts(): { format: SourceFormat; bytes: number; sha256: string } {
    return {
      format: imageFormatOf(this.head) as SourceFormat,
      bytes: this.bytes,
      sha256: this.hash.digest('hex'),
    };
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, next: TransformCallback): void {
    if (this.refusal) return void next();
    this.bytes += chunk.length;
    this.hash.update(chunk);
    if (this.bytes > this.limit.fileBytes) {
      return void this.refuse(tooLarge(this.limit, this.field, 'a larger one'), next);
    }
    if (this.head.length < SIGNATURE_BYTES) {
      this.head = Buffer.concat([this.head, chunk.subarray(0, KIND_BYTES)]);
      if (this.head.length >= SIGNATURE_BYTES && !imageFormatOf(this.head)) return void this.refuseKind(next);
    }
    next(null, chunk);
  }

  /** Too short to be anything, if it is not known yet. */
  override _flush(done: TransformCallback): void {
    if (this.refusal || imageFormatOf(this.head)) done();
    else this.refuseKind(done);
  }

  private refuseKind(next: TransformCallback): void {
    unsupported(this.field, this.head).then((refusal) => this.refuse(refusal, next), next);
  }

  private refuse(refusal: ApplicationError, next: TransformCallback): void {
    this.refusal = refusal;
    next(this.limit.refusesAlone ? null : refusal);
  }
}

/** The refusal of a file that is larger than its caller may send. */
export function tooLarge({ fileBytes, limitOwner }: FileLimit, field: string, received: string): ApplicationError {
  return imageJobProblems.fileTooLarge.error(
    `Expected a file of at most ${fileBytes} bytes (limit of ${limitOwner}) for ${field}, received ${received}`,
  );
}

async function unsupported(field: string, head: Buffer): Promise<ApplicationError> {
  const received = head.length === 0 ? 'an empty file' : await pictureKindOf(head);
  return imageJobProblems.unsupportedFormat.error(
    `Expected the bytes of a JPEG, PNG or WebP for ${field}, received ${received}`,
  );
}
