import type { ImageJob } from '../../image-jobs/domain/image-job.ts';

/** Local files of one process, for the time of one job. */
export abstract class Workspace {
  /** A path for a new file. */
  abstract newPath(): string;
  /** Removes those that are there. */
  abstract remove(...paths: string[]): Promise<void>;
}

/** Where the operator reads of work that fails. */
export abstract class WorkLog {
  abstract attemptFailed(job: ImageJob, error: unknown, final: boolean): void;
}
