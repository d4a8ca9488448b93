import { Logger } from '@nestjs/common';
import type { ImageJob } from '../../image-jobs/domain/image-job.ts';
import { isMade, type Output } from '../../image-jobs/domain/output.ts';
import { failureKindOf, workFailure } from '../../imaging/domain/errors.ts';
import { WorkLog } from '../application/ports.ts';

/**
 * One line a job in the service's log, and one for each attempt that failed or was cancelled before: the image's own
 * faults and what nobody needs any more as information, all else as a warning.
 */
export class NestWorkLog extends WorkLog {
  private readonly logger = new Logger('Processing');

  completed(job: ImageJob, outputs: readonly Output[]): void {
    const results = outputs.filter(isMade).map(({ result }) => result);
    const ms = results.reduce((sum, { processingMs }) => sum + processingMs, 0);
    const made = results.map(({ format, width, height, bytes }) => ({ format, width, height, bytes }));
    const words = outputs.length > 1 ? ` with ${made.length} of ${outputs.length} outputs` : '';
    const line = outputs.length > 1 ? { outputs: made } : made[0];
    this.logger.log({ ...namesOf(job), ...line, ms }, `Job ${job.id} completed${words} in ${ms} ms`);
  }

  cancelled(job: ImageJob): void {
    this.logger.log({ ...namesOf(job), code: 'cancelled' }, `Job ${job.id}, attempt ${job.attempt}: cancelled`);
  }

  excused(job: ImageJob, error: unknown): void {
    const line = { ...namesOf(job), code: 'excused', err: error };
    this.logger.warn(line, `Job ${job.id}, attempt ${job.attempt}: not for its own sake, to be tried again`);
  }

  attemptFailed(job: ImageJob, error: unknown, final: boolean): void {
    const known = workFailure(error);
    const code = known?.problem.code ?? 'unexpected';
    const message = `Job ${job.id}, attempt ${job.attempt}: ${code}${final ? ', final' : ', to be tried again'}`;
    const line = { ...namesOf(job), code, final };
    if (failureKindOf(error) === 'final') this.logger.log(line, message);
    else this.logger.warn({ ...line, err: known?.cause ?? error }, message);
  }

  storeAway(error: unknown): void {
    this.logger.warn(
      { err: error },
      'The store of images, or the disk of work, takes no files; jobs wait until it does',
    );
  }

  storeBack(): void {
    this.logger.log('The store of images and the disk of work take files again; jobs go on');
  }
}

/** The request's id is the one that brought the job, whatever set off its work. */
function namesOf({ id, accountId, requestId, attempt }: ImageJob): object {
  return { job: id, request_id: requestId ?? undefined, account: accountId ?? undefined, attempt };
}
