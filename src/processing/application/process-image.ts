import type { JobEvents } from '../../image-jobs/application/job-events.ts';
import type { FileStore, ImageWorkRepository } from '../../image-jobs/application/ports.ts';
import type { ImageJob } from '../../image-jobs/domain/image-job.ts';
import type { ImageTransformer, TransformedImage } from '../../imaging/application/ports.ts';
import { pixelsOf } from '../../imaging/domain/image-facts.ts';
import { type Outcome, outcomeOf } from '../../imaging/domain/outcome.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import type { WorkLog, Workspace } from './ports.ts';
import type { SettleFailure } from './settle-failure.ts';

/** Time that a job may take: a part for each, and a part for each million pixels of its output. */
export interface Deadline {
  readonly deadlineSeconds: number;
  readonly deadlineSecondsPerMegapixel: number;
}

/** How often a worker says that it lives. */
export const HEARTBEAT_SECONDS = 5;

/** A picture that is made, and the milliseconds that it took. */
interface WorkDone {
  readonly image: TransformedImage;
  readonly processingMs: number;
}

/** Does the work of one job: claims it, transforms its image, publishes the result. */
export class ProcessImage {
  constructor(
    private readonly work: ImageWorkRepository,
    private readonly files: FileStore,
    private readonly transformer: ImageTransformer,
    private readonly workspace: Workspace,
    private readonly failures: SettleFailure,
    private readonly events: JobEvents,
    private readonly clock: Clock,
    private readonly deadline: Deadline,
    private readonly log: WorkLog,
  ) {}

  /**
   * Returns at once when another worker has the job, or nobody needs it any more. Never rejects for the image's sake.
   * Calls `transformed` when the pixel work is done and only its result is to be stored.
   */
  async execute(id: string, transformed?: () => void): Promise<void> {
    const job = await this.work.claim(id, this.clock.now());
    if (!job) return;
    await this.events.publish({ id, version: job.version, unfinished: true });
    const heartbeat = setInterval(() => this.beat(job), HEARTBEAT_SECONDS * 1000);
    const [source, target] = [this.workspace.newPath(), this.workspace.newPath()];
    try {
      const result = await this.transform(job, source, target);
      transformed?.();
      await this.files.put(job.resultKey(), target);
      await this.publish(job, result);
    } catch (error) {
      await this.workspace.remove(target);
      await this.failures.execute(job, error);
    } finally {
      clearInterval(heartbeat);
      await this.workspace.remove(source);
    }
  }

  private async transform(job: ImageJob, source: string, target: string): Promise<WorkDone> {
    await this.files.fetch(job.originalKey(), source);
    const started = performance.now();
    const { operations, sourceSha256: sha256 } = job;
    const facts = job.facts();
    const outcome = outcomeOf(facts, operations, job.terms);
    const deadlineSeconds = this.deadlineOf(outcome);
    const image = await this.transformer.transform({
      source,
      target,
      sha256,
      facts,
      operations,
      outcome,
      deadlineSeconds,
    });
    return { image, processingMs: Math.round(performance.now() - started) };
  }

  /** One conditional update: of several attempts, at most one is published. */
  private async publish(job: ImageJob, { image, processingMs }: WorkDone): Promise<void> {
    const { warnings, ...result } = image;
    const completedAt = this.clock.now();
    const made = { ...result, processingMs };
    const published = await this.work.complete(job, {
      result: made,
      warnings: [...job.warnings, ...warnings],
      completedAt,
      downloadExpiresAt: secondsAfter(completedAt, job.terms.downloadSeconds),
    });
    if (!published) return this.discard(job);
    this.log.completed(job, made);
    // Whoever is woken finds the original erased.
    try {
      for (const key of job.keysBesideResult()) await this.files.remove(key);
    } finally {
      await this.events.publish({ id: job.id, version: job.version + 1 });
    }
  }

  /** A result that came too late: another attempt has the job now, or it is deleted, with its folder then made anew. */
  private async discard(job: ImageJob): Promise<void> {
    const [present] = await this.work.findAll([job.id]);
    if (present) await this.files.remove(job.resultKey());
    else await this.files.removeAllOf(job.id);
  }

  private deadlineOf({ size, frames }: Outcome): number {
    const { deadlineSeconds, deadlineSecondsPerMegapixel } = this.deadline;
    return deadlineSeconds + (deadlineSecondsPerMegapixel * pixelsOf(size) * frames) / 1_000_000;
  }

  private beat({ id, attempt }: ImageJob): void {
    // A beat that is lost is made up for by the next one.
    this.work.keepAlive(id, attempt, this.clock.now()).catch(() => undefined);
  }
}
