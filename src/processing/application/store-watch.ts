import { randomUUID } from 'node:crypto';
import type { FileStore } from '../../image-jobs/application/ports.ts';
import type { WorkLog, Workspace } from './ports.ts';

/**
 * Whether the store of files, and the disk that work is done on, take files. It is tried from an attempt that failed on,
 * until they do: so an outage costs no job an attempt, and those that wait are not begun.
 */
export class StoreWatch {
  private state: 'trusted' | 'doubted' | 'away' = 'trusted';
  private asked: Promise<boolean> | undefined;

  constructor(
    private readonly files: FileStore,
    private readonly workspace: Workspace,
    private readonly log: WorkLog,
  ) {}

  /** Asked when an attempt has failed for a reason that may be theirs. */
  stillAnswers(): Promise<boolean> {
    if (this.state === 'trusted') this.state = 'doubted';
    return this.answers();
  }

  async answers(): Promise<boolean> {
    if (this.state === 'trusted') return true;
    this.asked ??= this.ask().finally(() => {
      this.asked = undefined;
    });
    return this.asked;
  }

  private async ask(): Promise<boolean> {
    try {
      await this.store();
    } catch (error) {
      if (this.state !== 'away') this.log.storeAway(error);
      this.state = 'away';
      return false;
    }
    if (this.state === 'away') this.log.storeBack();
    this.state = 'trusted';
    return true;
  }

  /** Stores a small file: a store that answers may yet refuse it. One that is left behind is a job's that nobody knows. */
  private async store(): Promise<void> {
    const path = await this.workspace.sample();
    const id = randomUUID();
    const key = `${id}/sample`;
    try {
      await this.files.put(key, path);
    } finally {
      await this.workspace.remove(path);
    }
    await this.files.removeAllOf(id, [key]).catch(() => undefined);
  }
}
