import type { JobEvents } from '../../image-jobs/application/job-events.ts';
import type { FileStore, ImageWorkRepository } from '../../image-jobs/application/ports.ts';
import type { ImageJob } from '../../image-jobs/domain/image-job.ts';
import { isMade, type Output } from '../../image-jobs/domain/output.ts';
import type { ImageTransformer, Transformed } from '../../imaging/application/ports.ts';
import { type FailureKind, failureKindOf } from '../../imaging/domain/errors.ts';
import { type Outcome, outcomeOf, resultPixelsOf } from '../../imaging/domain/outcome.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { HeldJob } from './held-job.ts';
import type { WorkLog, Workspace } from './ports.ts';
import { jobErrorOf, type SettleFailure } from './settle-failure.ts';
import { StoreWatch } from './store-watch.ts';

/** Time that a job may take: a part for each, and a part for each million pixels of its output. */
export interface Deadline {
  readonly deadlineSeconds: number;
  readonly deadlineSecondsPerMegapixel: number;
}

/** How long a job waits, at least, that had no store or no room. */
const OUTAGE_PAUSE_SECONDS = 2;

/** The local files of one attempt: the original, and one for each output. */
interface WorkFiles {
  readonly source: string;
  readonly targets: readonly string[];
}

/** What came of an attempt; it is `lost` when it was the present one no longer. */
type End = 'published' | 'lost' | { readonly failures: readonly unknown[] };

/** Does the work of one job: claims it, transforms its image, publishes the results. */
export class ProcessImage {
  private readonly store: StoreWatch;

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
  ) {
    this.store = new StoreWatch(files, workspace, log);
  }

  /**
   * Returns at once when another worker has the job, or nobody needs it any more, and soon when that happens while it is
   * worked on. While the store of files or the disk of work takes none the job is left to wait. Never rejects for the
   * image's sake.
   * Calls `transformed` when the pixel work is done and only its results are to be stored.
   */
  async execute(id: string, transformed?: () => void): Promise<void> {
    if (!(await this.store.answers())) return;
    const held = new HeldJob(id, this.work, this.events, this.clock);
    try {
      const job = await this.work.claim(id, this.clock.now());
      if (!job) return;
      held.begin(job);
      await this.events.publish({ id, version: job.version, unfinished: true });
      const end = await this.attempt(job, held.lost, transformed);
      if (end === 'published') await this.conclude(job);
      else if (end === 'lost' || !(await this.settle(job, end.failures))) await this.discard(job);
    } finally {
      held.end();
    }
  }

  private async attempt(job: ImageJob, lost: AbortSignal, transformed?: () => void): Promise<End> {
    const files: WorkFiles = {
      source: this.workspace.newPath(),
      targets: job.outputs.map(() => this.workspace.newPath()),
    };
    try {
      const made = await this.transform(job, files, lost);
      lost.throwIfAborted();
      transformed?.();
      const outputs = job.outputs.map((output, index) => outputWith(output, made[index] as Transformed));
      const failures = made.flatMap((one) => ('failure' in one ? [one.failure] : []));
      if (!outputs.some(isMade) || this.failures.isTriedAgain(job, failures)) return { failures };
      for (const [index, output] of outputs.entries()) {
        if (isMade(output)) await this.files.put(job.resultKey(output), files.targets[index] as string);
      }
      return await this.publish(job, outputs);
    } catch (error) {
      return lost.aborted ? 'lost' : { failures: [error] };
    } finally {
      await this.workspace.remove(files.source, ...files.targets);
    }
  }

  private async transform(
    job: ImageJob,
    { source, targets }: WorkFiles,
    lost: AbortSignal,
  ): Promise<readonly Transformed[]> {
    await this.files.fetch(job.originalKey(), source);
    const { sourceSha256: sha256 } = job;
    const facts = job.facts();
    const pictures = job.outputs.map(({ operations }, index) => ({
      target: targets[index] as string,
      operations,
      outcome: outcomeOf(facts, operations, job.terms),
    }));
    const deadlineSeconds = this.deadlineOf(pictures.map(({ outcome }) => outcome));
    return this.transformer.transform({ source, sha256, facts, pictures, deadlineSeconds }, lost);
  }

  /** One conditional update for all outputs: of several attempts, at most one is published. */
  private async publish(job: ImageJob, outputs: readonly Output[]): Promise<End> {
    const completedAt = this.clock.now();
    const published = await this.work.complete(job, {
      outputs,
      completedAt,
      downloadExpiresAt: secondsAfter(completedAt, job.terms.downloadSeconds),
    });
    if (!published) return 'lost';
    this.log.completed(job, outputs);
    return 'published';
  }

  /** By now the attempt's own files take no room any more. */
  private async settle(job: ImageJob, failures: readonly unknown[]): Promise<boolean> {
    const ofKind = (kind: FailureKind) => failures.find((failure) => failureKindOf(failure) === kind);
    const [interruption, reason] = [ofKind('interrupted'), ofKind('transient')];
    if (interruption) return this.failures.excuse(job, interruption, 0);
    if (reason && !(await this.store.stillAnswers())) return this.failures.excuse(job, reason, OUTAGE_PAUSE_SECONDS);
    return this.failures.execute(job, ...failures);
  }

  /** Whoever is woken finds the original erased. */
  private async conclude(job: ImageJob): Promise<void> {
    try {
      for (const key of job.keysBesideResults()) await this.files.remove(key);
    } finally {
      await this.events.publish({ id: job.id, version: job.version + 1 });
    }
  }

  /** Leaves nothing of an attempt that another one has replaced, or whose job is deleted, with its folder then made anew. */
  private async discard(job: ImageJob): Promise<void> {
    const [present] = await this.work.findAll([job.id]);
    // Its publication was written, and only the answer was lost.
    if (present?.isFinal() && present.attempt === job.attempt) return;
    this.log.cancelled(job);
    if (!present) return this.files.removeAllOf(job.id);
    for (const key of job.resultKeys()) await this.files.remove(key);
  }

  private deadlineOf(outcomes: readonly Outcome[]): number {
    const { deadlineSeconds, deadlineSecondsPerMegapixel } = this.deadline;
    const pixels = outcomes.reduce((sum, outcome) => sum + resultPixelsOf(outcome), 0);
    return deadlineSeconds + (deadlineSecondsPerMegapixel * pixels) / 1_000_000;
  }
}

function outputWith(output: Output, made: Transformed): Output {
  if ('failure' in made) return { ...output, error: jobErrorOf(made.failure) };
  const { warnings, ...result } = made.image;
  return { ...output, result, warnings: [...output.warnings, ...warnings] };
}
