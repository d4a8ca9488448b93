import type { Readable } from 'node:stream';
import type { Caller } from '../../accounts/domain/caller.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { imageJobProblems } from '../domain/errors.ts';
import type { ImageJob, ImageResult } from '../domain/image-job.ts';
import type { FindImageJob } from './find-image-jobs.ts';
import type { JobEvents } from './job-events.ts';
import type { FileStore, ImageJobRepository } from './ports.ts';

/** A result that may be read now. */
export interface Download {
  readonly caller: Caller;
  readonly job: ImageJob;
  readonly result: ImageResult;
  readonly expiresAt: Date;
}

/** Hands out results while their window is open. */
export class DownloadResult {
  constructor(
    private readonly find: FindImageJob,
    private readonly jobs: ImageJobRepository,
    private readonly files: FileStore,
    private readonly events: JobEvents,
    private readonly clock: Clock,
  ) {}

  /** @throws image_not_found, image_not_ready, image_expired */
  async execute(caller: Caller, id: string): Promise<Download> {
    const job = await this.find.execute(caller, id);
    const status = job.statusAt(this.clock.now());
    if (status === 'expired') {
      const end = job.downloadExpiresAt?.toISOString();
      throw imageJobProblems.imageExpired.error(`Expected a request within the download window, which ended at ${end}`);
    }
    if (status !== 'completed' || !job.result || !job.downloadExpiresAt) {
      throw imageJobProblems.imageNotReady.error(
        `Expected a job whose status is completed, received one that is ${status}`,
      );
    }
    return { caller, job, result: job.result, expiresAt: job.downloadExpiresAt };
  }

  /** Bytes `start` to `end`, both included. A read that began within the window may finish after it. */
  async read({ caller, job }: Download, range: { start: number; end: number }): Promise<Readable> {
    try {
      return await this.files.read(job.resultKey(), range);
    } catch (error) {
      // Erased since it was found: then that is what there is to say.
      await this.execute(caller, job.id);
      throw error;
    }
  }

  /** The last byte has been sent: the first time, this shortens the window. */
  async finished({ job, expiresAt }: Download): Promise<void> {
    if (job.downloadedAt !== null) return;
    const now = this.clock.now();
    const shortened = Math.min(expiresAt.getTime(), secondsAfter(now, job.terms.afterDownloadSeconds).getTime());
    const first = await this.jobs.recordFirstDownload(job.id, now, new Date(shortened));
    if (first) await this.events.publish({ id: job.id, version: job.version + 1 });
  }
}
