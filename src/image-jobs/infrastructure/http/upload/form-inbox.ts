import type { ImageFacts } from '../../../../imaging/domain/image-facts.ts';
import type { ApplicationError, Fault } from '../../../../shared/application-error.ts';
import { shown } from '../../../../shared/expectation.ts';
import { assertNoFaults, fault } from '../../../../shared/faults.ts';
import { formPartOf } from '../../../../shared/http/form-part.ts';
import { gatheredBytes } from '../../../../shared/http/gathered-bytes.ts';
import type { Part } from '../../../../shared/http/multipart.ts';
import { utf8Text } from '../../../../shared/http/utf8.ts';
import { requestProblems } from '../../../../shared/problems.ts';
import type { Spool } from '../../../../shared/spool.ts';
import type { FileLimit } from './inspection.ts';
import type { RefusedImage, SpooledImage, SpooledImages } from './spooled-images.ts';

/** Longest text of one field, all its parts together. */
const TEXT_BYTES = 16 * 1024;

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
  /** Looks whether there is room for more. @throws disk_full */
  readonly assertRoom: () => Promise<void>;
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

/** Takes the parts of a form as they come, and holds what has arrived. */
export class FormInbox implements ReceivedUpload {
  readonly images: ReceivedImage[] = [];
  readonly refused: (RefusedImage & SentImage)[] = [];
  readonly texts: Record<string, string[]> = {};
  readonly ignoredFields: string[] = [];
  readonly strayFiles: string[] = [];

  constructor(
    private readonly limits: UploadLimits,
    private readonly spooled: SpooledImages,
  ) {}

  /** @throws malformed_request, validation_failed, file_too_large, unsupported_format, body_too_large, disk_full */
  async take(part: Part): Promise<void> {
    const { field, fileName, type } = formPartOf(part.headers);
    const isFile = fileName !== undefined || field === this.limits.field || type === 'application/octet-stream';
    if (isFile && !this.limits.texts.includes(field)) await this.takeFile(field, fileName, part.content);
    else this.takeText(field, await textOf(part.content, field));
  }

  private takeText(field: string, text: string): void {
    if (!this.limits.texts.includes(field)) return void this.ignoredFields.push(field);
    // What a form sends whose field was left empty.
    if (text === '') return;
    const parts = [...(this.texts[field] ?? []), text];
    if (parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0) > TEXT_BYTES) throw textTooLarge(field);
    this.texts[field] = parts;
  }

  private async takeFile(field: string, name: string | undefined, content: AsyncGenerator<Buffer>): Promise<void> {
    // What a page's file input sends that was left empty.
    const first = name === undefined ? await content.next() : undefined;
    if (first?.done) return void this.ignoredFields.push(field);
    if (field !== this.limits.field) return void this.strayFiles.push(field);
    const position = this.images.length + this.refused.length;
    if (position === this.limits.mostImages) assertNoFaults([oneTooMany(this.limits)]);
    const image = await this.spooled.take(first?.value ? after(first.value, content) : content, field);
    const sent = { name: cleanName(name ?? ''), position };
    if ('refusal' in image) this.refused.push({ ...image, ...sent });
    else this.images.push({ ...image, ...sent, facts: this.limits.factsOf(image) });
  }
}

/** A content whose beginning has been read. */
async function* after(beginning: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield beginning;
  yield* rest;
}

async function textOf(content: AsyncIterable<Buffer>, field: string): Promise<string> {
  const bytes = await gatheredBytes(content, TEXT_BYTES, () => textTooLarge(field));
  return utf8Text(bytes, `the form field ${shown(field)}`);
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
      : `Expected at most ${mostImages} files (limit of the whole service) for ${field}, received one more`;
  return fault([field], 'invalid_value', detail);
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
