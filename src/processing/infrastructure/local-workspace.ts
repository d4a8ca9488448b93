import { removeFile } from '../../shared/remove-file.ts';
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

  async remove(...paths: string[]): Promise<void> {
    await Promise.all(paths.map(removeFile));
  }
}
