import type { ImageJob } from './image-job.ts';
import type { JobError } from './output.ts';

/** A file of a batch that no job was made of, and why. */
export interface RefusedFile {
  /** Place of the file among those sent, from 0. */
  readonly position: number;
  readonly name: string;
  readonly error: JobError;
}

/** What a batch shows of one of its jobs. */
export type BatchedJob = Pick<
  ImageJob,
  | 'id'
  | 'batchPosition'
  | 'name'
  | 'status'
  | 'topOutput'
  | 'completedAt'
  | 'downloadExpiresAt'
  | 'isFinal'
  | 'statusAt'
  | 'isForgotten'
>;

/** Files that came in one request. How far they are is told by its jobs, and kept nowhere else. */
export class Batch {
  private constructor(
    readonly id: string,
    readonly accountId: string,
    readonly createdAt: Date,
    readonly refused: readonly RefusedFile[],
  ) {}

  static take(id: string, accountId: string, now: Date, refused: readonly RefusedFile[]): Batch {
    return new Batch(id, accountId, now, refused);
  }
}

/** How many files of a batch are in each state; those whose window is over since are completed all the same. */
export interface BatchCounts {
  readonly pending: number;
  readonly processing: number;
  readonly completed: number;
  readonly failed: number;
  readonly refused: number;
}

/** A batch with the jobs that it has at one moment, in the order sent. What is shown of it needs one at least. */
export class BatchState {
  constructor(
    readonly batch: Batch,
    readonly jobs: readonly BatchedJob[],
  ) {}

  /** Whether no job of it will change any more but by its expiry. */
  isFinal(): boolean {
    return this.jobs.every((job) => job.isFinal());
  }

  /** Ids of the jobs that wait or run. */
  unfinished(): string[] {
    return this.jobs.filter((job) => !job.isFinal()).map(({ id }) => id);
  }

  counts(): BatchCounts {
    const of = (...statuses: ImageJob['status'][]) =>
      this.jobs.filter(({ status }) => statuses.includes(status)).length;
    return {
      pending: of('pending'),
      processing: of('processing'),
      completed: of('completed', 'expired'),
      failed: of('failed'),
      refused: this.batch.refused.length,
    };
  }

  /** When its last job became final; null before. */
  completedAt(): Date | null {
    if (!this.isFinal()) return null;
    const ends = this.jobs.map(({ completedAt }) => completedAt?.getTime() ?? 0);
    return new Date(Math.max(...ends));
  }

  /** The same batch without the jobs whose records are over; null when none is left, as its own record then is. */
  rememberedAt(now: Date, recordSeconds: number): BatchState | null {
    const remembered = this.jobs.filter((job) => !job.isForgotten(now, recordSeconds));
    return remembered.length === 0 ? null : new BatchState(this.batch, remembered);
  }
}
