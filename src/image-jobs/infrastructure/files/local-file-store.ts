import { closeSync, createReadStream, existsSync, fsync, open, openSync } from 'node:fs';
import { link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { freeDiskBytes } from '../../../shared/free-disk-bytes.ts';
import { removeFile } from '../../../shared/remove-file.ts';
import { isOwnName } from '../../../shared/uuid.ts';
import { assertWritable } from '../../../shared/writable-folder.ts';
import { FileStore, type StoredFiles } from '../../application/ports.ts';

const synced = promisify(fsync);
const opened = promisify(open);
/** Up to so many bytes are read in one step: each costs a turn of the thread pool, and most results are no larger. */
const READ_WHOLE_BYTES = 512 * 1024;
/** More are read so many at a time: several such steps are held in memory for whoever reads slowly. */
const READ_STEP_BYTES = 64 * 1024;

/** Files in a folder of this machine, one sub-folder a job. */
export class LocalFileStore extends FileStore {
  private readonly folder: string;

  constructor(dataDir: string) {
    super();
    this.folder = join(dataDir, 'files');
  }

  async put(key: string, path: string): Promise<void> {
    const target = this.pathOf(key);
    const isNew = await this.madeFolder(dirname(target));
    await rename(path, target);
    try {
      // Under its name already: the file system's journal then brings both to the disk at once.
      await flush(target);
      await Promise.all([flush(dirname(target)), isNew && flush(this.folder)]);
    } catch (error) {
      await removeFile(target);
      throw error;
    }
  }

  /** A second name for the same bytes: files under a key are never written to again. */
  async fetch(key: string, path: string): Promise<void> {
    await link(this.pathOf(key), path);
  }

  async read(key: string, range: { start: number; end: number }): Promise<Readable> {
    const bytes = range.end - range.start + 1;
    const highWaterMark = bytes > READ_WHOLE_BYTES ? READ_STEP_BYTES : bytes;
    return createReadStream('', { fd: await opened(this.pathOf(key), 'r'), highWaterMark, ...range });
  }

  remove(key: string): Promise<void> {
    return removeFile(this.pathOf(key));
  }

  async removeAllOf(jobId: string): Promise<void> {
    // A worker that stores a result meanwhile has the folder not be empty (ENOTEMPTY).
    await rm(this.pathOf(jobId), { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }

  async *stored(changedBefore: Date): AsyncIterable<StoredFiles> {
    for (const jobId of (await namesIn(this.folder)).filter(isOwnName)) {
      const folder = this.pathOf(jobId);
      const changed = await stat(folder).catch(() => null);
      if (!changed || changed.mtime >= changedBefore) continue;
      yield { jobId, keys: (await namesIn(folder)).map((name) => `${jobId}/${name}`) };
    }
  }

  async check(): Promise<void> {
    assertWritable(this.folder);
  }

  async freeBytes(): Promise<number> {
    return freeDiskBytes(dirname(this.folder));
  }

  /** Makes a job's folder; false when it is there, as it is for each result: to ask first takes less than to fail. */
  private async madeFolder(path: string): Promise<boolean> {
    if (existsSync(path)) return false;
    try {
      await mkdir(path, { mode: 0o700 });
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return false;
      // The folder of all folders is not there yet.
      if (code === 'ENOENT') return (await mkdir(path, { recursive: true, mode: 0o700 })) !== undefined;
      throw error;
    }
  }

  private pathOf(key: string): string {
    return join(this.folder, key);
  }
}

/** None when the folder is not there, or no more. */
function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Brings a file's bytes, or a folder's names, to the disk: the one step of three that waits, and needs another thread. */
async function flush(path: string): Promise<void> {
  const descriptor = openSync(path, 'r');
  try {
    await synced(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
