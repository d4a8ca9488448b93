import type { JobEvents } from '../../image-jobs/application/job-events.ts';
import type { FileStore, ImageWorkRepository } from '../../image-jobs/application/ports.ts';
import type { ImageJob } from '../../image-jobs/domain/image-job.ts';
import type { JobError } from '../../image-jobs/domain/output.ts';
import { failureKindOf, workFailure, workProblems } from '../../imaging/domain/errors.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import type { TaskQueue } from '../../shared/tasks/task-queue.ts';
import type { WorkLog } from './ports.ts';

/** A worker may die twice on a job, not more. */
const MOST_CRASHES = 2;
/** Work that fails for a reason outside the image is tried so often in all. */
const MOST_ATTEMPTS = 3;
/** Seconds to wait before the next attempt, by how many there have been. */
const BACK_OFF_SECONDS = [2, 10];

/** Decides what becomes of a job whose attempt has failed: final, or another attempt after a while. */
export class SettleFailure {
  constructor(
    private readonly work: ImageWorkRepository,
    private readonly files: FileStore,
    private readonly queue: TaskQueue,
    private readonly events: JobEvents,
    private readonly clock: Clock,
    private readonly log: WorkLog,
  ) {}

  /** Whether another attempt follows one that some outputs have failed in so, or none. */
  isTriedAgain(job: ImageJob, errors: readonly unknown[]): boolean {
    return errors.length > 0 && !verdictOn(job, errors).final;
  }

  /**
   * The error of the whole attempt, or one for each output that has failed; none but for another attempt if some have not.
   * False when the attempt is no longer the present one: then nothing is settled.
   */
  async execute(job: ImageJob, ...errors: readonly unknown[]): Promise<boolean> {
    const { error, crashes, final } = verdictOn(job, errors);
    const seconds = BACK_OFF_SECONDS[triesOf(job) - 1] ?? 10;
    if (!(await (final ? this.fail(job, errors) : this.release(job, crashes, seconds)))) return false;
    this.log.attemptFailed(job, error, final);
    await (final ? this.conclude(job) : this.goOn(job, seconds));
    return true;
  }

  /**
   * The attempt counts for nothing: the job itself had no part in its end, and may be tried again after so many seconds.
   * False when the attempt is no longer the present one.
   */
  async excuse(job: ImageJob, error: unknown, seconds: number): Promise<boolean> {
    if (!(await this.work.excuse(job.id, job.attempt, this.at(seconds)))) return false;
    this.log.excused(job, error);
    await this.goOn(job, seconds);
    return true;
  }

  /** A job whose worker is gone: another one takes it up at once, unless it has been tried too often. */
  async abandoned(job: ImageJob): Promise<void> {
    if (triesOf(job) < MOST_ATTEMPTS) {
      if (await this.release(job, job.crashes, 0)) await this.goOn(job, 0);
      return;
    }
    if (!(await this.fail(job, [undefined]))) return;
    this.log.attemptFailed(job, new Error('The worker is gone'), true);
    await this.conclude(job);
  }

  private fail(job: ImageJob, errors: readonly unknown[]): Promise<boolean> {
    const outputs = job.outputs.map((output, index) => {
      const error = errors.length === job.outputs.length ? errors[index] : errors[0];
      return { ...output, error: jobErrorOf(error) };
    });
    return this.work.fail(job, outputs, this.clock.now());
  }

  private release(job: ImageJob, crashes: number, seconds: number): Promise<boolean> {
    return this.work.release(job.id, job.attempt, this.at(seconds), crashes);
  }

  private at(seconds: number): Date {
    return secondsAfter(this.clock.now(), seconds);
  }

  /** Whoever is woken finds the original erased. */
  private async conclude({ id, version }: ImageJob): Promise<void> {
    try {
      await this.files.removeAllOf(id);
    } finally {
      await this.events.publish({ id, version: version + 1 });
    }
  }

  private async goOn(job: ImageJob, seconds: number): Promise<void> {
    await this.events.publish({ id: job.id, version: job.version + 1, unfinished: true });
    // Later ones are found by the sweep when their time has come.
    if (seconds === 0) await this.queue.add('images', job);
  }
}

/** How often a job was tried in earnest. */
function triesOf({ attempt, excused }: ImageJob): number {
  return attempt - excused;
}

/** As long as one may succeed another time, all are tried again. */
function verdictOn(job: ImageJob, errors: readonly unknown[]): { error: unknown; crashes: number; final: boolean } {
  const error = errors.find((each) => failureKindOf(each) !== 'final') ?? errors[0];
  const kind = failureKindOf(error);
  const crashes = job.crashes + (kind === 'crash' ? 1 : 0);
  const final = kind === 'final' || crashes >= MOST_CRASHES || triesOf(job) - crashes >= MOST_ATTEMPTS;
  return { error, crashes, final };
}

/** What a client is told of it. */
export function jobErrorOf(error: unknown): JobError {
  const known = workFailure(error);
  if (known) return { code: known.problem.code, detail: known.detail };
  const { code, meaning } = workProblems.processingFailed;
  return { code, detail: meaning };
}
