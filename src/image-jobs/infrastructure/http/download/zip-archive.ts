import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { makeZip } from 'client-zip';
import { assertDigest } from '../../files/digest.ts';

/** A file that an archive brings. */
export interface ArchivedFile {
  /** What it is called inside: safe, and no other file's (`ArchiveNames`). */
  readonly name: string;
  readonly modifiedAt: Date;
  /** Of its bytes, in hex. */
  readonly sha256: string;
  /** Opens its bytes when its turn comes; null when they are gone by then. */
  open(): Promise<Readable | null>;
}

/** A file that an archive cannot bring, and why: what its `missing.txt` says. */
export interface MissingFile {
  readonly name: string;
  readonly reason: string;
}

/** Where an archive tells what it lacks. */
const MISSING_NAME = 'missing.txt';
const GONE = 'its download window ended while the archive was sent';

/**
 * A ZIP of stored entries, read from the files while it is sent: one is open at a time, and none is read faster than the
 * archive is. When it is destroyed, so is the file that is open. It ends with an error in place of the end of a file whose
 * bytes are not those of its digest. What is missing, or is gone by the time of its turn, is named in `missing.txt`.
 */
export function zipOf(files: readonly ArchivedFile[], missing: readonly MissingFile[] = []): Readable {
  let open: Readable | null = null;
  async function* entries() {
    const absent = [...missing];
    for (const { name, modifiedAt, sha256, ...file } of files) {
      open = await file.open();
      if (open) yield { name, lastModified: modifiedAt, input: assertDigest(sha256, name)(open) };
      else absent.push({ name, reason: GONE });
    }
    if (absent.length > 0) yield { name: MISSING_NAME, input: textOf(absent) };
  }
  const zip = Readable.fromWeb(makeZip(entries()) as ReadableStream);
  // It begins before somebody reads it, who then finds the error.
  return zip.once('close', () => open?.destroy()).on('error', () => undefined);
}

function textOf(missing: readonly MissingFile[]): string {
  return missing.map(({ name, reason }) => `${name}: ${reason}\n`).join('');
}
