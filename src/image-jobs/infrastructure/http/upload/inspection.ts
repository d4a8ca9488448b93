import { createHash } from 'node:crypto';
import { imageFormatOf, SIGNATURE_BYTES, type SourceFormat } from '../../../../imaging/domain/image-format.ts';
import type { ApplicationError } from '../../../../shared/application-error.ts';
import { imageJobProblems } from '../../../domain/errors.ts';
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

/** Counts the bytes of a file as they come, and looks at them. */
export class Inspection {
  private bytes = 0;
  private head = Buffer.alloc(0);
  private readonly hash = createHash('sha256');

  constructor(
    private readonly limit: FileLimit,
    private readonly field: string,
  ) {}

  /** What the file is, when it has come whole and is not refused. */
  facts(): { format: SourceFormat; bytes: number; sha256: string } {
    return { format: imageFormatOf(this.head) as SourceFormat, bytes: this.bytes, sha256: this.digest() };
  }

  /** SHA-256 of all bytes that have come, in hex; to be asked once. */
  digest(): string {
    return this.hash.digest('hex');
  }

  /** Takes bytes of a file that is refused already: what it is known by is all of them. */
  passOver(chunk: Buffer): void {
    this.hash.update(chunk);
  }

  /** Takes the next bytes. Gives file_too_large or unsupported_format, as soon as it shows that the file is refused. */
  look(chunk: Buffer): ApplicationError | Promise<ApplicationError> | undefined {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    if (this.bytes > this.limit.fileBytes) return tooLarge(this.limit, this.field, 'a larger one');
    if (this.head.length >= SIGNATURE_BYTES) return undefined;
    this.head = Buffer.concat([this.head, chunk.subarray(0, KIND_BYTES)]);
    return this.head.length < SIGNATURE_BYTES ? undefined : this.lookAtKind();
  }

  /** No more bytes come. Gives unsupported_format for a file that is too short to be anything. */
  end(): Promise<ApplicationError> | undefined {
    return this.lookAtKind();
  }

  private lookAtKind(): Promise<ApplicationError> | undefined {
    return imageFormatOf(this.head) ? undefined : unsupported(this.field, this.head);
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
