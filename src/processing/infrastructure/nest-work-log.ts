import { Logger } from '@nestjs/common';
import type { ImageJob } from '../../image-jobs/domain/image-job.ts';
import { failureKindOf, imagingFailure } from '../../imaging/domain/errors.ts';
import { WorkLog } from '../application/ports.ts';

/** Work that fails, in the service's log: the image's own faults as information, all else as a warning. */
export class NestWorkLog extends WorkLog {
  private readonly logger = new Logger('Processing');

  attemptFailed({ id, attempt }: ImageJob, error: unknown, final: boolean): void {
    const known = imagingFailure(error);
    const code = known?.problem.code ?? 'unexpected';
    const message = `Job ${id}, attempt ${attempt}: ${code}${final ? ', final' : ', to be tried again'}`;
    if (failureKindOf(error) === 'final') this.logger.log({ jobId: id, attempt, code }, message);
    else this.logger.warn({ jobId: id, attempt, code, err: known?.cause ?? error }, message);
  }
}
