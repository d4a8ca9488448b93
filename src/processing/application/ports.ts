import type { ImageJob } from '../../image-jobs/domain/image-job.ts';
import type { Output } from '../../image-jobs/domain/output.ts';

/** Local files of one process, for the time of one job. */
export abstract class Workspace {
  /** A path for a new file. */
  abstract newPath(): string;
  /** A small new file. Rejects when there is no room left for those of a job. */
  abstract sample(): Promise<string>;
  /** Removes those that are there. */
  abstract remove(...paths: string[]): Promise<void>;
}

/** Where the operator reads what became of the work. */
export abstract class WorkLog {
  /** `outputs` are what the job's have become. */
  abstract completed(job: ImageJob, outputs: readonly Output[]): void;
  /** An attempt that ended early or for nothing, since its job was deleted or another worker has it. */
  abstract cancelled(job: ImageJob): void;
  /** An attempt that the service itself has ended, or the want of a store or of room: it counts for nothing. */
  abstract excused(job: ImageJob, error: unknown): void;
  abstract attemptFailed(job: ImageJob, error: unknown, final: boolean): void;
  /** Jobs wait from now on, and no longer. */
  abstract storeAway(error: unknown): void;
  abstract storeBack(): void;
}
