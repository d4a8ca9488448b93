import { randomUUID } from 'node:crypto';
import type { Caller } from '../../accounts/domain/caller.ts';
import { accountProblems } from '../../accounts/domain/errors.ts';
import { monthOf, nextMonth } from '../../accounts/domain/month.ts';
import type { ImageHeaderReader } from '../../imaging/application/ports.ts';
import type { SourceFormat } from '../../imaging/domain/image-format.ts';
import type { Warning } from '../../imaging/domain/warning.ts';
import { type Clock, secondsBetween } from '../../shared/clock.ts';
import type { TaskQueue } from '../../shared/tasks/task-queue.ts';
import { imageJobProblems } from '../domain/errors.ts';
import { ImageJob } from '../domain/image-job.ts';
import type { Wanted } from '../domain/wanted.ts';
import type { EraseImageJob } from './erase-image-job.ts';
import { foretell } from './foretell-outputs.ts';
import type { Admission, AdmissionLimits, FileStore, ImageJobRepository } from './ports.ts';

/** An upload whose bytes lie in a spool file, with what is wanted of it, whose operations are checked one by one. */
export interface Upload {
  readonly path: string;
  readonly format: SourceFormat;
  readonly bytes: number;
  /** Of the bytes, in hex. */
  readonly sha256: string;
  /** File name that the client gave. */
  readonly name: string;
  readonly wanted: Wanted;
  /** What its caller should know of the form that it came in. */
  readonly warnings: readonly Warning[];
  /** Id of the request that brings it, for the log of the work. */
  readonly requestId?: string;
}

/** How many jobs may wait or run in the whole service. */
export interface Capacity {
  readonly queueLimit: number;
}

/** Accepts an upload as a job: from then on it will be worked on, whatever happens to this process. */
export class SubmitImage {
  constructor(
    private readonly headers: ImageHeaderReader,
    private readonly files: FileStore,
    private readonly jobs: ImageJobRepository,
    private readonly eraser: EraseImageJob,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
    private readonly capacity: Capacity,
  ) {}

  /** @throws unreadable_image, too_many_pixels, validation_failed, too_many_jobs, too_many_bytes, monthly_limit, queue_full */
  async execute(caller: Caller, upload: Upload, id: string = randomUUID()): Promise<ImageJob> {
    const facts = await this.headers.read(upload.path, upload.format);
    const outputs = foretell(caller, facts, upload.wanted).map(({ name, operations, warnings }) => ({
      name,
      operations,
      warnings,
    }));
    const job = ImageJob.submit({ ...upload, id, facts, outputs }, caller, this.clock.now());
    // The file first: a row that is visible has its original, and a file without a row is swept up.
    await this.files.put(job.originalKey(), upload.path);
    await this.admit(caller, job);
    // The sweep adds what is lost here.
    await this.queue.add('images', job).catch(() => undefined);
    return job;
  }

  private async admit(caller: Caller, job: ImageJob): Promise<void> {
    const admission = await this.jobs
      .add(job, admissionLimits(caller, this.capacity.queueLimit, job.createdAt))
      .catch((error) => {
        // The row may be there all the same, if only the answer was lost. What cannot be removed now keeps its original:
        // it is worked on like any other, or swept up. The refusal does not wait for a database that may be silent.
        this.eraser.execute(job.id).catch(() => undefined);
        throw error;
      });
    if (admission !== 'added') {
      await this.files.removeAllOf(job.id);
      throw refusal(admission, caller, this.capacity.queueLimit, job.createdAt);
    }
  }
}

/** What adding a job for this caller must keep. */
function admissionLimits({ policy }: Caller, queue: number, now: Date): AdmissionLimits {
  const { activeJobs, keptBytes, imagesPerMonth: images } = policy;
  return { activeJobs, keptBytes, queue, ...(images !== null && { monthly: { month: monthOf(now), images } }) };
}

function refusal(admission: Exclude<Admission, 'added'>, caller: Caller, queueLimit: number, now: Date) {
  const { activeJobs, keptBytes, imagesPerMonth } = caller.policy;
  const owner = `limit of ${caller.limitOwner}`;
  switch (admission) {
    case 'too_many_jobs':
      return imageJobProblems.tooManyJobs.error(
        `Expected at most ${activeJobs} jobs waiting or running (${owner}), received one more`,
        { retryAfter: 10 },
      );
    case 'too_many_bytes':
      return imageJobProblems.tooManyBytes.error(
        `Expected at most ${keptBytes} bytes of originals and results kept (${owner}), received a file beyond that`,
        { retryAfter: 60 },
      );
    case 'monthly_limit': {
      const anew = nextMonth(now);
      return imageJobProblems.monthlyLimit.error(
        `Expected at most ${imagesPerMonth} images in a calendar month (${owner}), received one more; it begins anew on ${anew.toISOString().slice(0, 10)} (UTC)`,
        { retryAfter: secondsBetween(now, anew) },
      );
    }
    case 'queue_full':
      return imageJobProblems.queueFull.error(
        `Expected at most ${queueLimit} jobs waiting or running in the whole service, received one more`,
        { retryAfter: 30 },
      );
    case 'account_gone':
      return accountProblems.invalidToken.error(
        'Expected the token of an account, received one of an account that is deleted',
      );
  }
}
