import { createWriteStream, type WriteStream } from 'node:fs';
import type { SourceFormat } from '../../../../imaging/domain/image-format.ts';
import type { ApplicationError } from '../../../../shared/application-error.ts';
import { removeFile } from '../../../../shared/remove-file.ts';
import type { Spool } from '../../../../shared/spool.ts';
import { endFile, writeChunk } from '../../../../shared/written-chunks.ts';
import { imageJobProblems } from '../../../domain/errors.ts';
import { type FileLimit, Inspection } from './inspection.ts';

/** What comes while a write is under way is held, up to so much, and goes to the disk in one write. */
const HELD_BYTES = 512 * 1024;
const SPOOL_FILE = { flags: 'wx', mode: 0o600, highWaterMark: HELD_BYTES };

/** An uploaded image in its spool file. */
export interface SpooledImage {
  readonly path: string;
  readonly format: SourceFormat;
  readonly bytes: number;
  /** Of the bytes, in hex. */
  readonly sha256: string;
}

/** A file that is refused, and why. */
export interface RefusedImage {
  readonly refusal: ApplicationError;
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

  /** @throws file_too_large, unsupported_format, as soon as it shows, unless files are refused alone; disk_full */
  async take(content: AsyncGenerator<Buffer>, field: string): Promise<SpooledImage | RefusedImage> {
    if (this.isOver) throw new Error('The request is over');
    const path = this.spool.newPath();
    // What it fails with is thrown by the next write.
    const writer = createWriteStream(path, SPOOL_FILE).on('error', () => undefined);
    this.writing.push(writer);
    const inspection = new Inspection(this.limit, field);
    try {
      const refusal = await refusalOf(content, inspection, writer);
      if (!refusal) return { path, ...inspection.facts() };
      if (!this.limit.refusesAlone) throw refusal;
      await removed(writer);
      for await (const chunk of content) inspection.passOver(chunk);
      return { refusal, sha256: inspection.digest() };
    } catch (error) {
      writer.destroy();
      throw diskFault(error as NodeJS.ErrnoException);
    }
  }

  /** Removes the files that nobody has taken over; none is made from then on. */
  async remove(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.writing.map(removed));
  }
}

/**
 * Writes a content to its file while it is looked at; gives why it is refused, as soon as that shows. A pipeline of streams
 * would take half a millisecond of CPU more.
 */
async function refusalOf(
  content: AsyncGenerator<Buffer>,
  inspection: Inspection,
  writer: WriteStream,
): Promise<ApplicationError | undefined> {
  // The rest of a refused file is still to be read: it is not closed.
  for (let next = await content.next(); !next.done; next = await content.next()) {
    const chunk = next.value;
    const refusal = await inspection.look(chunk);
    if (refusal) return refusal;
    await writeChunk(writer, chunk);
  }
  const refusal = await inspection.end();
  if (!refusal) await endFile(writer);
  return refusal;
}

/** Not before its writer is done with it: what is removed while it opens would be made afterwards. */
async function removed(writer: WriteStream): Promise<void> {
  writer.destroy();
  if (!writer.closed) await new Promise<void>((closed) => writer.once('close', () => closed()));
  await removeFile(String(writer.path));
}

/** A disk that filled up while the file was written is told like one that was full before. */
function diskFault(error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ENOSPC' && error.code !== 'EDQUOT') return error;
  const detail = 'Expected room for the file on the disk of uploads, found the disk full';
  return imageJobProblems.diskFull.error(detail, { retryAfter: 60, cause: error });
}
