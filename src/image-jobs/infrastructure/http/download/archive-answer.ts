import type { Request, Response } from 'express';
import { whenOver } from '../../../../shared/http/when-over.ts';
import { attachment } from './attachment.ts';
import { sendCounted } from './counted-sending.ts';
import { type ArchivedFile, type MissingFile, zipOf } from './zip-archive.ts';

/** Media type of archives. */
export const ZIP_TYPE = 'application/zip';

/** Results that are handed out as one file. */
export interface Archive {
  /** What the archive itself is called. */
  readonly name: string;
  readonly files: readonly ArchivedFile[];
  readonly missing: readonly MissingFile[];
  /** Takes a place to read in; returns what gives it back. */
  takePlace(): () => void;
  /** Its last byte is about to be sent: it counts as a download of each file in it. */
  finished(): Promise<void>;
}

/**
 * Answers with an archive, streamed while its files are read. Its size is not known before, and it has no ranges.
 * @throws what taking a place throws
 */
export async function answerArchive(archive: Archive, request: Request, response: Response): Promise<void> {
  const isHead = request.method === 'HEAD';
  if (!isHead) whenOver(response, archive.takePlace());
  response.status(200).set({
    'Content-Type': ZIP_TYPE,
    'Content-Disposition': attachment(archive.name),
    'Accept-Ranges': 'none',
    'X-Content-Type-Options': 'nosniff',
  });
  if (isHead) return void response.end();
  await sendCounted(zipOf(archive.files, archive.missing), [], () => archive.finished(), response);
}
