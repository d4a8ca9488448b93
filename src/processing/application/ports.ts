import type { ImageJob, ImageResult } from '../../image-jobs/domain/image-job.ts';

/** Local files of one process, for the time of one job. */
export abstract class Workspace {
  /** A path for a new file. */
  abstract newPath(): string;
  /** Removes those that are there. */
  abstract remove(...paths: string[]): Promise<void>;
}

/** Where the operator reads what became of the work. */
export abstract class WorkLog {
  abstract completed(job: ImageJob, result: ImageResult): void;
  abstract attemptFailed(job: ImageJob, error: unknown, final: boolean): void;
}
