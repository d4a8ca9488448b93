import { writeFile } from 'node:fs/promises';
import { allDiskBytes } from '../../shared/free-disk-bytes.ts';
import { removeFile } from '../../shared/remove-file.ts';
import type { Spool } from '../../shared/spool.ts';
import { Workspace } from '../application/ports.ts';

/** A disk is full when less is free, or less than a tenth of it if it is small: the files of one job may take as much. */
const ROOM_BYTES = 256 * 1024 ** 2;

/** Files in the spool; what a crash leaves there is swept at the next start. */
export class LocalWorkspace extends Workspace {
  constructor(private readonly spool: Spool) {
    super();
  }

  newPath(): string {
    return this.spool.newPath();
  }

  async sample(): Promise<string> {
    const free = this.spool.freeBytes();
    const least = Math.min(ROOM_BYTES, Math.floor(allDiskBytes(this.spool.folder) / 10));
    if (free < least) throw new Error(`Expected at least ${least} bytes free on the disk of work, found ${free}`);
    const path = this.newPath();
    await writeFile(path, 'sample', { flag: 'wx', mode: 0o600 });
    return path;
  }

  async remove(...paths: string[]): Promise<void> {
    await Promise.all(paths.map(removeFile));
  }
}
