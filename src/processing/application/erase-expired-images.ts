import type { RecordLife } from '../../image-jobs/application/find-image-jobs.ts';
import type { JobEvents } from '../../image-jobs/application/job-events.ts';
import type { BatchRepository, FileStore, ImageWorkRepository } from '../../image-jobs/application/ports.ts';
import type { ImageJob } from '../../image-jobs/domain/image-job.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { eachToTheEnd } from '../../shared/each-to-the-end.ts';

/** Images whose results are erased at the same time: what they wait for is the store. */
const ERASED_AT_ONCE = 16;
/** Records that are removed at a time. */
const FORGOTTEN_AT_ONCE = 1000;

/** Erases results whose window is over, and forgets records. Nothing depends on it but the disk: reads check the window. */
export class EraseExpiredImages {
  constructor(
    private readonly work: ImageWorkRepository,
    private readonly batches: BatchRepository,
    private readonly files: FileStore,
    private readonly events: JobEvents,
    private readonly clock: Clock,
    private readonly life: RecordLife,
  ) {}

  async execute(): Promise<void> {
    const now = this.clock.now();
    try {
      await eachToTheEnd(this.work.expired(now), (job) => this.erase(job), ERASED_AT_ONCE);
    } finally {
      await this.forget(secondsAfter(now, -this.life.recordSeconds));
    }
  }

  /** In portions: one statement over a day of many jobs would take longer than a statement may, and hold up all others. */
  private async forget(endedBefore: Date): Promise<void> {
    while ((await this.work.forget(endedBefore, FORGOTTEN_AT_ONCE)) === FORGOTTEN_AT_ONCE);
    // A job ends after its batch was made: what is older than this has lost the last of its jobs, or will with its next.
    while ((await this.batches.forgetEmpty(endedBefore, FORGOTTEN_AT_ONCE)) === FORGOTTEN_AT_ONCE);
  }

  private async erase(job: ImageJob): Promise<void> {
    const { id, version } = job;
    // The bytes first: a crash in between leaves a row that is found again.
    await this.files.removeAllOf(id, [...job.keysBesideResults(), ...job.resultKeys()]);
    if (await this.work.markExpired(job)) await this.events.publish({ id, version: version + 1 });
  }
}
