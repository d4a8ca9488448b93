import { createReadStream } from 'node:fs';
import { access, constants, link, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { FileStore } from '../application/ports.ts';

/** Files in a folder of this machine, one sub-folder a job. */
export class LocalFileStore extends FileStore {
  private readonly folder: string;

  constructor(dataDir: string) {
    super();
    this.folder = join(dataDir, 'files');
  }

  async put(key: string, path: string): Promise<void> {
    const target = this.pathOf(key);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(path, target);
    // The bytes are on disk already (both the spool and the transformer flush); their names have to be too.
    await flushFolder(dirname(target));
    await flushFolder(this.folder);
  }

  /** A second name for the same bytes: files under a key are never written to again. */
  fetch(key: string, path: string): Promise<void> {
    return link(this.pathOf(key), path);
  }

  async read(key: string, range: { start: number; end: number }): Promise<Readable> {
    const handle = await open(this.pathOf(key), 'r');
    return createReadStream('', { fd: handle, ...range });
  }

  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  async removeAllOf(jobId: string): Promise<void> {
    await rm(this.pathOf(jobId), { recursive: true, force: true });
  }

  async *jobIds(changedBefore: Date): AsyncIterable<string> {
    for (const name of await readdir(this.folder).catch(() => [])) {
      const changed = await stat(this.pathOf(name)).catch(() => null);
      if (changed && changed.mtime < changedBefore) yield name;
    }
  }

  async check(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await access(this.folder, constants.W_OK);
  }

  async freeBytes(): Promise<number> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(this.folder);
    return bavail * bsize;
  }

  private pathOf(key: string): string {
    return join(this.folder, key);
  }
}

async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
