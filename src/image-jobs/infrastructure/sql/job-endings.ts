import type { FollowingStatement } from '../../../database/kept-statements.ts';
import type { ImageJob } from '../../domain/image-job.ts';

/** What another module writes when a job becomes final: completed, failed or expired. */
export interface JobEnding {
  /** What is to be written in the very statement that makes the job final, given as it then is; null for nothing. */
  statement(job: ImageJob): FollowingStatement | null;
  /** Called when it is written, with what the statement tells. A crash before leaves it uncalled. */
  written?(told: readonly string[]): void;
}

/** Who else has something to write when a job ends. They know this module, it does not know them. */
export class JobEndings {
  private readonly endings: JobEnding[] = [];

  follow(ending: JobEnding): void {
    this.endings.push(ending);
  }

  /** What follows the end of this job. */
  of(job: ImageJob): { ending: JobEnding; statement: FollowingStatement }[] {
    return this.endings.flatMap((ending) => {
      const statement = ending.statement(job);
      return statement ? [{ ending, statement }] : [];
    });
  }
}
