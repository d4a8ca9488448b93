import type { Readable } from 'node:stream';
import type { Caller } from '../../accounts/domain/caller.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { expectation } from '../../shared/expectation.ts';
import { imageJobProblems } from '../domain/errors.ts';
import { namedAfter, namedAfterJob, safeFileName } from '../domain/file-name.ts';
import type { ImageJob } from '../domain/image-job.ts';
import { isMade, type MadeOutput, type Output } from '../domain/output.ts';
import type { FindImageJob } from './find-image-jobs.ts';
import type { JobEvents } from './job-events.ts';
import type { DownloadPlaces } from './kinds-of-places.ts';
import type { FileStore, ImageJobRepository } from './ports.ts';
import { failedOutputsOf, type WithoutResult } from './without-result.ts';

/** An output that may be read now. */
export interface Download {
  readonly caller: Caller;
  readonly job: ImageJob;
  readonly output: MadeOutput;
  readonly fileName: string;
  readonly expiresAt: Date;
}

/** The results of one job that may be read now, and the outputs that have none. */
export interface JobDownload {
  readonly job: ImageJob;
  readonly downloads: readonly Download[];
  readonly missing: readonly WithoutResult[];
}

/** Hands out results while their window is open. */
export class DownloadResult {
  constructor(
    private readonly find: FindImageJob,
    private readonly jobs: ImageJobRepository,
    private readonly files: FileStore,
    private readonly events: JobEvents,
    private readonly clock: Clock,
    private readonly places: DownloadPlaces,
  ) {}

  /**
   * The output of this name, or without one that which stands for the whole job.
   * @throws image_not_found, output_not_found, image_not_ready, image_expired
   */
  async execute(caller: Caller, id: string, name?: string): Promise<Download> {
    const job = await this.find.execute(caller, id);
    const output = name === undefined ? job.topOutput() : outputNamed(job, name);
    const status = job.statusAt(this.clock.now());
    if (status === 'expired') throw expired(job.downloadExpiresAt);
    if (status !== 'completed' || !job.downloadExpiresAt) {
      throw imageJobProblems.imageNotReady.error(
        `Expected a job whose status is completed, received one that is ${status}`,
      );
    }
    if (!isMade(output)) {
      throw imageJobProblems.imageNotReady.error('Expected an output that has succeeded, received one that has failed');
    }
    const fileName = safeFileName(name === undefined ? namedAfterJob(job.name, output) : namedAfter(job, output));
    return { caller, job, output, fileName, expiresAt: job.downloadExpiresAt };
  }

  /**
   * Every output that has succeeded, in the order asked for, and those that have failed.
   * @throws image_not_found, image_not_ready, image_expired
   */
  async all(caller: Caller, id: string): Promise<JobDownload> {
    const { job } = await this.execute(caller, id);
    return { job, downloads: downloadsOf(caller, job), missing: failedOutputsOf(job) };
  }

  /**
   * Takes a place for one download, before its first byte is read; whoever reads gives it back by what is returned.
   * @throws too_many_downloads, downloads_full
   */
  takePlace(caller: Caller): () => void {
    return this.places.take(caller);
  }

  /**
   * Bytes `start` to `end`, both included. A read that began within the window may finish after it; of an archive each file
   * is a read of its own.
   * @throws image_expired, image_not_found
   */
  async read({ caller, job, output, expiresAt }: Download, range: { start: number; end: number }): Promise<Readable> {
    if (this.clock.now() >= expiresAt) throw expired(expiresAt);
    try {
      return await this.files.read(job.resultKey(output), range);
    } catch (error) {
      // Erased since it was found: then that is what there is to say.
      await this.execute(caller, job.id, output.name);
      throw error;
    }
  }

  /** The last byte of an output has been sent: the first time, this shortens the window of all. */
  async finished({ job, expiresAt }: Download): Promise<void> {
    if (job.downloadedAt !== null) return;
    const now = this.clock.now();
    const shortened = Math.min(expiresAt.getTime(), secondsAfter(now, job.terms.afterDownloadSeconds).getTime());
    const first = await this.jobs.recordFirstDownload(job.id, now, new Date(shortened));
    if (first) await this.events.publish({ id: job.id, version: job.version + 1 });
  }
}

function expired(end: Date | null) {
  const told = end?.toISOString();
  return imageJobProblems.imageExpired.error(`Expected a request within the download window, which ended at ${told}`);
}

/** All outputs of a job whose window is open. */
export function downloadsOf(caller: Caller, job: ImageJob): Download[] {
  const { downloadExpiresAt: expiresAt } = job;
  if (!expiresAt) return [];
  return job.madeOutputs().map((output) => {
    const fileName = safeFileName(namedAfter(job, output));
    return { caller, job, output, fileName, expiresAt };
  });
}

function outputNamed(job: ImageJob, name: string): Output {
  const output = job.outputs.find((one) => one.name === name);
  if (output) return output;
  const known = job.outputs.map((one) => one.name).join(', ');
  throw imageJobProblems.outputNotFound.error(expectation(`one of the outputs of the image (${known})`, 'name', name));
}
