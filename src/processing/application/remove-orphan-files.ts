import type { FileStore, ImageWorkRepository } from '../../image-jobs/application/ports.ts';
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
    await eachToTheEnd(inBatches(this.files.jobIds(changedBefore)), (ids) => this.tidy(ids));
  }

  private async tidy(ids: readonly string[]): Promise<void> {
    const jobs = new Map((await this.work.findAll(ids)).map((job) => [job.id, job]));
    await eachToTheEnd(ids, async (id) => {
      const job = jobs.get(id);
      if (!job || (job.isFinal() && job.status !== 'completed')) await this.files.removeAllOf(id);
      else if (job.isFinal()) for (const key of job.keysBesideResults()) await this.files.remove(key);
    });
  }
}

async function* inBatches(ids: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const id of ids) {
    batch.push(id);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
