import type { FollowingStatement } from '../../../database/kept-statements.ts';
import type { BatchState } from '../../domain/batch.ts';
import type { ImageJob } from '../../domain/image-job.ts';

/** What another module writes when something has come to its end. */
interface Ending<Ended> {
  /** What is to be written together with the end, of what is given as it then is; null for nothing. */
  statement(ended: Ended): FollowingStatement | null;
  /** Called when it is written, with what the statement tells. A crash before leaves it uncalled. */
  written?(told: readonly string[]): void;
}

/** A batch whose last job has become final, or was deleted before it did. */
export interface EndedBatch {
  /** With the jobs that are left of it, one at least. */
  readonly state: BatchState;
  readonly last: ImageJob;
}

/** Of a job that is completed, failed or expired: in the very statement that makes it so. */
export type JobEnding = Ending<ImageJob>;

/** Of a batch: in the transaction that ends the last of its jobs. */
export type BatchEnding = Ending<EndedBatch>;

/** An ending with what it writes of one job or batch. */
interface Following<Ended> {
  readonly ending: Ending<Ended>;
  readonly statement: FollowingStatement;
}

/** Who else has something to write when a job or a batch ends. They know this module, it does not know them. */
export class JobEndings {
  private readonly ofJobs: JobEnding[] = [];
  private readonly ofBatches: BatchEnding[] = [];

  follow(ending: JobEnding): void {
    this.ofJobs.push(ending);
  }

  followBatches(ending: BatchEnding): void {
    this.ofBatches.push(ending);
  }

  /** What follows the end of this job. */
  of(job: ImageJob): Following<ImageJob>[] {
    return following(this.ofJobs, job);
  }

  /** What follows the end of this batch. */
  ofBatch(batch: EndedBatch): Following<EndedBatch>[] {
    return following(this.ofBatches, batch);
  }
}

function following<Ended>(endings: readonly Ending<Ended>[], ended: Ended): Following<Ended>[] {
  return endings.flatMap((ending) => {
    const statement = ending.statement(ended);
    return statement ? [{ ending, statement }] : [];
  });
}
