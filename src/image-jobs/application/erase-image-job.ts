import type { JobEvents } from './job-events.ts';
import type { BatchRepository, FileStore, IdempotencyClaims, ImageJobRepository } from './ports.ts';

/**
 * Removes a job with its files and its idempotency key. A worker that holds it hears of it, or finds its attempt gone; it
 * ends its work and drops what it has made.
 * With the last job of a batch the batch is gone, and its key is free.
 * Files go last: they can be away when the database is not, and the sweep finds those without a job.
 */
export class EraseImageJob {
  constructor(
    private readonly jobs: ImageJobRepository,
    private readonly batches: BatchRepository,
    private readonly files: FileStore,
    private readonly claims: IdempotencyClaims,
    private readonly events: JobEvents,
  ) {}

  /** True if there was such a job. */
  async execute(id: string): Promise<boolean> {
    const removed = await this.remove(id);
    await this.files.removeAllOf(id);
    return removed;
  }

  /** Removes all jobs and batches of an account. */
  async ofAccount(accountId: string): Promise<void> {
    const ids = await this.jobs.idsOf(accountId);
    for (const id of ids) await this.remove(id);
    await this.batches.removeAllOf(accountId);
    for (const id of ids) await this.files.removeAllOf(id);
  }

  /** All but its files. */
  private async remove(id: string): Promise<boolean> {
    const removed = await this.jobs.remove(id);
    await this.claims.release(id);
    // Not before the removal is written for good: of two last ones at the same moment the later one finds none left.
    if (removed?.batchId) await this.claims.releaseEmptied(removed.batchId);
    if (removed) await this.events.publish({ id, version: null });
    return removed !== null;
  }
}
