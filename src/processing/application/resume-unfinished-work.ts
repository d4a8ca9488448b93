import type { ImageWorkRepository } from '../../image-jobs/application/ports.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { eachToTheEnd } from '../../shared/each-to-the-end.ts';
import type { TaskQueue } from '../../shared/tasks/task-queue.ts';
import { HEARTBEAT_SECONDS } from './held-job.ts';
import type { SettleFailure } from './settle-failure.ts';

/** A worker that has not been heard of for so long is dead. */
const DEAD_AFTER_SECONDS = 4 * HEARTBEAT_SECONDS;
/** Most jobs that one sweep puts in the queue; the oldest first, the next sweep goes on. */
const QUEUED_AT_ONCE = 1000;

/** Repairs what a lost queue or a dead worker leaves: the database is the truth, the queue only wakes workers up. */
export class ResumeUnfinishedWork {
  constructor(
    private readonly work: ImageWorkRepository,
    private readonly failures: SettleFailure,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
  ) {}

  execute(): Promise<void> {
    return this.resume(secondsAfter(this.clock.now(), -DEAD_AFTER_SECONDS));
  }

  /** At the start of the only process there is: whoever held a job is dead. */
  afterRestart(): Promise<void> {
    return this.resume(secondsAfter(this.clock.now(), 1));
  }

  private async resume(aliveBefore: Date): Promise<void> {
    try {
      await eachToTheEnd(this.work.abandoned(aliveBefore), (job) => this.failures.abandoned(job));
    } finally {
      for (const job of await this.work.findWaiting(this.clock.now(), QUEUED_AT_ONCE))
        await this.queue.add('images', job);
    }
  }
}
