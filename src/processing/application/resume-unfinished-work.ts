import type { ImageWorkRepository } from '../../image-jobs/application/ports.ts';
import type { ImageJob } from '../../image-jobs/domain/image-job.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { eachToTheEnd } from '../../shared/each-to-the-end.ts';
import { EvenTime } from '../../shared/even-time.ts';
import type { TaskQueue } from '../../shared/tasks/task-queue.ts';
import { HEARTBEAT_SECONDS } from './held-job.ts';
import type { SettleFailure } from './settle-failure.ts';

/** A worker that has not been heard of for so long is dead. */
const DEAD_AFTER_SECONDS = 4 * HEARTBEAT_SECONDS;
/** Most jobs that one sweep puts in the queue; the oldest first, the next sweep goes on. */
const QUEUED_AT_ONCE = 1000;

/** Repairs what a lost queue or a dead worker leaves: the database is the truth, the queue only wakes workers up. */
export class ResumeUnfinishedWork {
  private readonly time = new EvenTime();

  constructor(
    private readonly work: ImageWorkRepository,
    private readonly failures: SettleFailure,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
  ) {}

  /** To be called all the time: from how the clock goes it is known when this process was stopped, or the clock set. */
  async lookAtClock(): Promise<void> {
    this.time.secondsUntil(this.clock.now());
  }

  /** While the clock has not gone evenly for as long as a dead worker is silent, everyone may just have had no time to beat. */
  execute(): Promise<void> {
    const now = this.clock.now();
    if (this.time.secondsUntil(now) < DEAD_AFTER_SECONDS) return this.resume([]);
    const span = { from: secondsAfter(now, -DEAD_AFTER_SECONDS), to: secondsAfter(now, DEAD_AFTER_SECONDS) };
    return this.resume(this.work.abandoned(span));
  }

  /** At the start of the only process there is: whoever held a job is dead. */
  afterRestart(): Promise<void> {
    return this.resume(this.work.abandoned());
  }

  private async resume(abandoned: Iterable<ImageJob> | AsyncIterable<ImageJob>): Promise<void> {
    try {
      await eachToTheEnd(abandoned, (job) => this.failures.abandoned(job));
    } finally {
      for (const job of await this.work.findWaiting(this.clock.now(), QUEUED_AT_ONCE))
        await this.queue.add('images', job);
    }
  }
}
