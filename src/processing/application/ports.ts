import type { ImageJob } from '../../image-jobs/domain/image-job.ts';
import type { ImageFacts, Size } from '../../imaging/domain/image-facts.ts';
import type { ImageFormat } from '../../imaging/domain/image-format.ts';
import type { Operation } from '../../imaging/operations/operations.ts';

/** One piece of pixel work: file in, file out. */
export interface TransformationRequest {
  /** Path of the original. */
  readonly source: string;
  /** Path that the result is written to; nobody else writes there. */
  readonly target: string;
  readonly facts: ImageFacts;
  readonly operations: readonly Operation[];
  /** Frames of the result; fewer than the source's means its first alone. */
  readonly frames: number;
  /** Time the work may take. */
  readonly deadlineSeconds: number;
}

/** What came out. */
export interface TransformedImage extends Size {
  readonly format: ImageFormat;
  readonly bytes: number;
  /** Of the bytes, in hex. */
  readonly sha256: string;
}

/** Turns operations into pixels. Nothing it is given may end the process that calls it. */
export abstract class ImageTransformer {
  /**
   * @throws ProcessingError when the image, a limit or the work itself fails (see `domain/errors.ts`); what stands at
   * `target` is then worthless.
   */
  abstract transform(request: TransformationRequest): Promise<TransformedImage>;
}

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
