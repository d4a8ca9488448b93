import type { RecordLife } from '../../image-jobs/application/find-image-jobs.ts';
import type { JobEvents } from '../../image-jobs/application/job-events.ts';
import type { FileStore, ImageWorkRepository } from '../../image-jobs/application/ports.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';

const ERASED_AT_ONCE = 500;

/** Erases results whose window is over, and forgets records. Nothing depends on it but the disk: reads check the window. */
export class EraseExpiredImages {
  constructor(
    private readonly work: ImageWorkRepository,
    private readonly files: FileStore,
    private readonly events: JobEvents,
    private readonly clock: Clock,
    private readonly life: RecordLife,
  ) {}

  async execute(): Promise<void> {
    const now = this.clock.now();
    const expired = await this.work.findExpired(now, ERASED_AT_ONCE);
    for (const job of expired) {
      // The bytes first: a crash in between leaves a row that is found again.
      await this.files.removeAllOf(job.id);
      if (await this.work.markExpired(job.id)) await this.events.publish({ id: job.id, version: job.version + 1 });
    }
    await this.work.forget(secondsAfter(now, -this.life.recordSeconds));
  }
}
