import { randomUUID } from 'node:crypto';
import type { Caller } from '../../accounts/domain/caller.ts';
import { ApplicationError } from '../../shared/application-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { fault } from '../../shared/faults.ts';
import { requestProblems } from '../../shared/problems.ts';
import type { TaskQueue } from '../../shared/tasks/task-queue.ts';
import { Batch, type BatchState, type RefusedFile } from '../domain/batch.ts';
import type { ImageJob } from '../domain/image-job.ts';
import { admissionLimits, admissionRefusal } from './admission-refusal.ts';
import type { EraseBatch } from './erase-batch.ts';
import type { Admission, BatchRepository, FileStore } from './ports.ts';
import { type NewJob, preparedJob } from './prepared-job.ts';
import type { Capacity } from './submit-image.ts';
import type { Upload } from './upload.ts';

/** Files that are put away at the same time: what they wait for is the disk. */
const AT_ONCE = 4;

/** A file that was refused while it came in. */
export interface RefusedUpload extends Pick<Upload, 'name' | 'sha256'> {
  readonly refusal: ApplicationError;
}

/** The files of a batch, in the order sent, what is wanted of them, and what is to be said against all of them. */
export interface BatchUpload extends Pick<Upload, 'wanted' | 'objection'> {
  readonly files: readonly (Upload | RefusedUpload)[];
}

/** A file that is looked at: a job whose original is put away, or a refusal. */
type Taken = RefusedUpload | { readonly job: ImageJob };

/** Accepts files as one batch: from then on those that are not refused will be worked on. A death before leaves nothing. */
export class SubmitBatch {
  constructor(
    private readonly files: FileStore,
    private readonly batches: BatchRepository,
    private readonly eraser: EraseBatch,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
    private readonly capacity: Capacity,
  ) {}

  /** @throws the objection; validation_failed, with the reason of each file, when none is taken; queue_full; invalid_token */
  async execute(caller: Caller, { files, objection }: BatchUpload, id: string = randomUUID()): Promise<BatchState> {
    if (objection) throw objection;
    const taken = await this.takeAll(caller, files, id);
    const state = await this.admit(caller, taken, id);
    const admitted = new Set(state.jobs.map((job) => job.id));
    const jobs = Map.groupBy(jobsOf(taken), (job) => admitted.has(job.id));
    // The sweep adds what is lost here.
    for (const job of jobs.get(true) ?? []) await this.queue.add('images', job).catch(() => undefined);
    await this.drop((jobs.get(false) ?? []).map((job) => job.id));
    return state;
  }

  private async takeAll(caller: Caller, files: BatchUpload['files'], batchId: string): Promise<Taken[]> {
    const now = this.clock.now();
    // Of jobs of one moment that of the lowest id is worked on first: so they are in the order sent.
    const ids = files.map(() => randomUUID()).sort();
    const taken: Taken[] = [];
    const turns = files.entries();
    const takeInTurn = async () => {
      for (const [position, file] of turns) {
        const newJob = { id: ids[position] as string, now, batch: { id: batchId, position } };
        taken[position] = await this.take(caller, file, newJob);
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, takeInTurn));
    const failed = ends.find(({ status }) => status === 'rejected');
    if (!failed) return taken;
    await this.drop(ids);
    throw (failed as PromiseRejectedResult).reason;
  }

  private async take(caller: Caller, file: Upload | RefusedUpload, newJob: NewJob): Promise<Taken> {
    if ('refusal' in file) return file;
    try {
      const job = await preparedJob(caller, file, newJob);
      // The file first: a row that is visible has its original, and a file without a row is swept up.
      await this.files.put(job.originalKey(), file.path);
      return { job };
    } catch (error) {
      if (isOfTheFile(error)) return { name: file.name, sha256: file.sha256, refusal: error };
      throw error;
    }
  }

  private async admit(caller: Caller, taken: readonly Taken[], id: string): Promise<BatchState> {
    const jobs = jobsOf(taken);
    const now = this.clock.now();
    const limits = admissionLimits(caller, this.capacity.queueLimit, now);
    let outcomes: Outcomes = [];
    const batchOf = (admissions: readonly Admission[]) => {
      outcomes = this.outcomesOf(caller, taken, admissions, now);
      const refused = outcomes.flatMap((refusal, position) =>
        refusal ? [refusedFile(taken[position], position, refusal)] : [],
      );
      return refused.length === taken.length ? null : Batch.take(id, caller.ownAccountId, now, refused);
    };
    const state = await this.batches.add(jobs, limits, batchOf).catch((error) => {
      // The batch may be there all the same, if only the answer was lost: see `SubmitImage`.
      this.eraser
        .execute(
          id,
          jobs.map((job) => job.id),
        )
        .catch(() => undefined);
      throw error;
    });
    if (state) return state;
    await this.drop(jobs.map((job) => job.id));
    throw refusalOfAll(outcomes as readonly ApplicationError[]);
  }

  /** Why each file is refused, in the order sent; null for those that are admitted. */
  private outcomesOf(caller: Caller, taken: readonly Taken[], admissions: readonly Admission[], now: Date): Outcomes {
    const next = admissions.values();
    return taken.map((file) => {
      if ('refusal' in file) return file.refusal;
      const admission = next.next().value as Admission;
      return admission === 'added' ? null : admissionRefusal(admission, caller, this.capacity.queueLimit, now);
    });
  }

  /** What the store does not remove now is swept up: it changes nothing about the answer. */
  private async drop(ids: readonly string[]): Promise<void> {
    await Promise.allSettled(ids.map((id) => this.files.removeAllOf(id)));
  }
}

type Outcomes = readonly (ApplicationError | null)[];

function jobsOf(taken: readonly Taken[]): ImageJob[] {
  return taken.flatMap((file) => ('job' in file ? [file.job] : []));
}

function refusedFile(file: Taken | undefined, position: number, refusal: ApplicationError): RefusedFile {
  const name = file && 'job' in file ? file.job.name : (file?.name ?? '');
  return { position, name, error: { code: refusal.problem.code, detail: reasonOf(refusal) } };
}

/** A file's refusal has room for one sentence: of several faults the first is told. */
function reasonOf({ detail, details }: ApplicationError): string {
  return details.errors?.[0]?.detail ?? detail;
}

/** What is wrong with a file leaves the others; what is wrong with the service, or with all of the request, does not. */
function isOfTheFile(error: unknown): error is ApplicationError {
  const kinds = ['invalid', 'unprocessable', 'unsupported', 'too_large'];
  return error instanceof ApplicationError && kinds.includes(error.problem.kind);
}

/** A full queue and a deleted account are no fault of the files: whoever sends them again may find it otherwise. */
function refusalOfAll(refusals: readonly ApplicationError[]): ApplicationError {
  const ofAll = refusals.find(({ problem }) => problem.kind === 'unavailable' || problem.kind === 'unauthenticated');
  if (ofAll) return ofAll;
  const errors = refusals.map((refusal, position) => fault(['images', position], 'file_refused', reasonOf(refusal)));
  const files = refusals.length === 1 ? 'one that cannot' : `${refusals.length} of which none can (see errors)`;
  const detail = `Expected files for images of which at least one can be taken, received ${files}: ${errors[0]?.detail}`;
  return requestProblems.validationFailed.error(detail, { errors });
}
