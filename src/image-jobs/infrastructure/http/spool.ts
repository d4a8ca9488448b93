import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of spool files. Nothing in it outlives its request; what a crash left is swept at start. */
export class Spool {
  constructor(private readonly folder: string) {}

  /** A path for a new file. */
  newPath(): string {
    return join(this.folder, randomUUID());
  }

  async sweep(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.folder)) await rm(join(this.folder, name), { force: true, recursive: true });
  }
}
