import type { FileStore, ImageWorkRepository, StoredFiles } from '../../image-jobs/application/ports.ts';
import { eachToTheEnd } from '../../shared/each-to-the-end.ts';

const BATCH = 200;

/** Removes files that a crash has left: those of no job, and what a final job needs no more. */
export class RemoveOrphanFiles {
  constructor(
    private readonly work: ImageWorkRepository,
    private readonly files: FileStore,
  ) {}

  /** Looks at files changed before this moment; younger ones may belong to an upload that is under way. */
  async execute(changedBefore: Date): Promise<void> {
    await eachToTheEnd(inBatches(this.files.stored(changedBefore)), (batch) => this.tidy(batch));
  }

  private async tidy(batch: readonly StoredFiles[]): Promise<void> {
    const found = await this.work.findAll(batch.map(({ jobId }) => jobId));
    const jobs = new Map(found.map((job) => [job.id, job]));
    await eachToTheEnd(batch, async ({ jobId, keys }) => {
      const job = jobs.get(jobId);
      if (job && !job.isFinal()) return;
      if (job?.status !== 'completed') return this.files.removeAllOf(jobId);
      const needless = new Set(job.keysBesideResults());
      for (const key of keys) if (needless.has(key)) await this.files.remove(key);
    });
  }
}

async function* inBatches(stored: AsyncIterable<StoredFiles>): AsyncGenerator<StoredFiles[]> {
  let batch: StoredFiles[] = [];
  for await (const files of stored) {
    batch.push(files);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
