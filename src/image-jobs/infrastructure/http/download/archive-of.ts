import type { Caller } from '../../../../accounts/domain/caller.ts';
import type { Download, DownloadResult } from '../../../application/download-result.ts';
import { ArchiveNames } from '../../../domain/archive-names.ts';
import { imageJobProblems } from '../../../domain/errors.ts';
import { namedAfter } from '../../../domain/file-name.ts';
import type { Archive } from './archive-answer.ts';
import type { ArchivedFile, MissingFile } from './zip-archive.ts';

/** An archive of results. It counts as a download of each job of which a file was read. */
export function archiveOf(
  name: string,
  caller: Caller,
  all: readonly Download[],
  missing: readonly MissingFile[],
  downloads: DownloadResult,
): Archive {
  const names = new ArchiveNames();
  const read = new Map<string, Download>();
  const fileOf = (download: Download): ArchivedFile => {
    const { job, output } = download;
    const { bytes, sha256 } = output.result;
    return {
      name: names.add(namedAfter(job, output)),
      modifiedAt: job.completedAt ?? job.createdAt,
      sha256,
      async open() {
        try {
          const file = await downloads.read(download, { start: 0, end: bytes - 1 });
          read.set(job.id, download);
          return file;
        } catch (error) {
          if (isGone(error)) return null;
          throw error;
        }
      },
    };
  };
  return {
    name,
    files: all.map(fileOf),
    missing,
    takePlace: () => downloads.takePlace(caller),
    async finished() {
      for (const download of read.values()) await downloads.finished(download);
    },
  };
}

/** Expired, or deleted, while the files before it were sent. */
function isGone(error: unknown): boolean {
  return imageJobProblems.imageExpired.matches(error) || imageJobProblems.imageNotFound.matches(error);
}
