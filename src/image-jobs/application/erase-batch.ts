import type { JobEvents } from './job-events.ts';
import type { BatchRepository, FileStore, IdempotencyClaims } from './ports.ts';

/** Removes a batch with its jobs, their files and its idempotency key, also while workers hold some of them; files go last. */
export class EraseBatch {
  constructor(
    private readonly batches: BatchRepository,
    private readonly files: FileStore,
    private readonly claims: IdempotencyClaims,
    private readonly events: JobEvents,
  ) {}

  /** `others` are jobs whose files go too, whether or not they have become part of it. */
  async execute(id: string, others: readonly string[] = []): Promise<void> {
    const jobIds = await this.batches.remove(id);
    await this.claims.release(id);
    for (const jobId of jobIds) await this.events.publish({ id: jobId, version: null });
    for (const jobId of new Set([...jobIds, ...others])) await this.files.removeAllOf(jobId);
  }
}
