import type { FileStore } from '../../image-jobs/application/ports.ts';
import type { WorkLog } from './ports.ts';

/**
 * Whether the store of files answers. It is asked from an attempt that failed on, until it does: so an outage costs an
 * attempt of the jobs in hand, and none of those that wait.
 */
export class StoreWatch {
  private state: 'trusted' | 'doubted' | 'away' = 'trusted';
  private asked: Promise<boolean> | undefined;

  constructor(
    private readonly files: FileStore,
    private readonly log: WorkLog,
  ) {}

  /** An attempt has failed for a reason that may be the store's. */
  doubt(): void {
    if (this.state === 'trusted') this.state = 'doubted';
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
      await this.files.check();
    } catch (error) {
      if (this.state !== 'away') this.log.storeAway(error);
      this.state = 'away';
      return false;
    }
    if (this.state === 'away') this.log.storeBack();
    this.state = 'trusted';
    return true;
  }
}
