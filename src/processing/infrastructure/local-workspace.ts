import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Workspace } from '../application/ports.ts';

/** Files in the spool folder; what a crash leaves there is swept at start. */
export class LocalWorkspace extends Workspace {
  constructor(private readonly folder: string) {
    super();
  }

  newPath(): string {
    return join(this.folder, randomUUID());
  }

  async measure(path: string): Promise<{ bytes: number; sha256: string }> {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      hash.update(chunk);
    }
    return { bytes, sha256: hash.digest('hex') };
  }

  async remove(...paths: string[]): Promise<void> {
    await Promise.all(paths.map((path) => rm(path, { force: true })));
  }
}
