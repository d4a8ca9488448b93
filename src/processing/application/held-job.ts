import { type JobChange, type JobEvents, MISSED } from '../../image-jobs/application/job-events.ts';
import type { ImageWorkRepository } from '../../image-jobs/application/ports.ts';
import type { ImageJob } from '../../image-jobs/domain/image-job.ts';
import type { Clock } from '../../shared/clock.ts';

/** How often a worker says that it lives. */
export const HEARTBEAT_SECONDS = 5;

/**
 * A worker's hold on one job: says that the worker lives, and learns when its attempt is the present one no longer, since
 * the job was deleted or another worker has it. Made before the claim, so that no change between the two is missed.
 */
export class HeldJob {
  private readonly loss = new AbortController();
  private readonly unsubscribe: () => void;
  private heartbeat: NodeJS.Timeout | undefined;
  private job: ImageJob | undefined;
  private latestVersion = 0;

  constructor(
    id: string,
    private readonly work: ImageWorkRepository,
    events: JobEvents,
    private readonly clock: Clock,
  ) {
    this.unsubscribe = events.subscribe(id, (change) => this.hear(change));
  }

  /** Aborted once nobody needs what the attempt makes: at the event that tells so, or else at the next heartbeat. */
  get lost(): AbortSignal {
    return this.loss.signal;
  }

  /** The worker has it, as it now is. */
  begin(job: ImageJob): void {
    this.job = job;
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_SECONDS * 1000);
    this.compare();
  }

  end(): void {
    clearInterval(this.heartbeat);
    this.unsubscribe();
  }

  private hear({ version }: JobChange): void {
    if (version === MISSED) this.beat();
    this.latestVersion = Math.max(this.latestVersion, version ?? Number.POSITIVE_INFINITY);
    this.compare();
  }

  /** Until its attempt ends, nobody changes a job but those who take it away. */
  private compare(): void {
    if (this.job && this.latestVersion > this.job.version) this.lose();
  }

  private beat(): void {
    if (!this.job) return;
    const { id, attempt } = this.job;
    this.work.keepAlive(id, attempt, this.clock.now()).then(
      (isPresent) => {
        if (!isPresent) this.lose();
      },
      // A beat that fails is made up for by the next one.
      () => undefined,
    );
  }

  private lose(): void {
    this.loss.abort(new Error('The job was deleted, or another worker has it'));
  }
}
