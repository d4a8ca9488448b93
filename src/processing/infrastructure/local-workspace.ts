import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Spool } from '../../shared/spool.ts';
import { Workspace } from '../application/ports.ts';

/** Files in the spool; what a crash leaves there is swept at the next start. */
export class LocalWorkspace extends Workspace {
  constructor(private readonly spool: Spool) {
    super();
  }

  newPath(): string {
    return this.spool.newPath();
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
