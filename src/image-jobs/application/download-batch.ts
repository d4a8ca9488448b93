import type { Caller } from '../../accounts/domain/caller.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Batch, BatchState } from '../domain/batch.ts';
import { imageJobProblems } from '../domain/errors.ts';
import type { ImageJob } from '../domain/image-job.ts';
import { type Download, downloadsOf } from './download-result.ts';
import type { FindBatch } from './find-batches.ts';
import type { BatchRepository } from './ports.ts';
import { failedOutputsOf, type WithoutResult } from './without-result.ts';

/** The results of a batch that may be read now, in the order sent, and the files that have none. */
export interface BatchDownload {
  readonly batch: Batch;
  readonly downloads: readonly Download[];
  readonly missing: readonly WithoutResult[];
}

/** Hands out all results of a batch that can still be downloaded. */
export class DownloadBatch {
  constructor(
    private readonly find: FindBatch,
    private readonly batches: BatchRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws batch_not_found; batch_not_ready; image_expired, when the windows of all results are over */
  async execute(caller: Caller, id: string): Promise<BatchDownload> {
    const state = await this.find.execute(caller, id);
    assertFinal(state);
    const now = this.clock.now();
    const jobs = await this.batches.jobsOf(state.batch.id);
    const downloads = jobs
      .filter((job) => job.statusAt(now) === 'completed')
      .flatMap((job) => downloadsOf(caller, job));
    if (downloads.length === 0) throw nothingLeft(jobs, now);
    const refused = state.batch.refused.map(({ name, error }) => ({ name, reason: `refused: ${error.detail}` }));
    return { batch: state.batch, downloads, missing: [...jobs.flatMap((job) => reasonsOf(job, now)), ...refused] };
  }
}

function assertFinal(state: BatchState): void {
  const open = state.unfinished().length;
  if (open === 0) return;
  throw imageJobProblems.batchNotReady.error(
    `Expected a batch whose jobs are all final, received one of which ${open} are not`,
  );
}

function nothingLeft(jobs: readonly ImageJob[], now: Date) {
  if (jobs.some((job) => job.statusAt(now) === 'expired')) {
    return imageJobProblems.imageExpired.error(
      'Expected a request within the download window of one of the results at least, received one after them all',
    );
  }
  return imageJobProblems.batchNotReady.error('Expected a batch that has a result, received one whose jobs all failed');
}

/** Why results of a job are not in the archive; several, if some of its outputs failed. */
function reasonsOf(job: ImageJob, now: Date): WithoutResult[] {
  const { name, downloadExpiresAt } = job;
  if (job.statusAt(now) === 'expired') return [{ name, reason: `expired at ${downloadExpiresAt?.toISOString()}` }];
  return failedOutputsOf(job);
}
