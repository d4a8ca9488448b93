import { randomUUID } from 'node:crypto';
import type { Caller } from '../../accounts/domain/caller.ts';
import type { Clock } from '../../shared/clock.ts';
import type { TaskQueue } from '../../shared/tasks/task-queue.ts';
import type { ImageJob } from '../domain/image-job.ts';
import { admissionLimits, admissionRefusal } from './admission-refusal.ts';
import type { EraseImageJob } from './erase-image-job.ts';
import type { FileStore, ImageJobRepository } from './ports.ts';
import { preparedJob } from './prepared-job.ts';
import type { Upload } from './upload.ts';

/** How many jobs may wait or run in the whole service. */
export interface Capacity {
  readonly queueLimit: number;
}

/** Accepts an upload as a job: from then on it will be worked on, whatever happens to this process. */
export class SubmitImage {
  constructor(
    private readonly files: FileStore,
    private readonly jobs: ImageJobRepository,
    private readonly eraser: EraseImageJob,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
    private readonly capacity: Capacity,
  ) {}

  /**
   * @throws the upload's objection; unreadable_image, unsupported_jpeg, too_many_pixels, validation_failed; too_many_jobs,
   * too_many_bytes, monthly_limit, queue_full; invalid_token when the caller is shut out meanwhile
   */
  async execute(caller: Caller, upload: Upload, id: string = randomUUID()): Promise<ImageJob> {
    if (upload.objection) throw upload.objection;
    const job = await preparedJob(caller, upload, { id, now: this.clock.now() });
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
      // What the store does not remove now is swept up.
      await this.files.removeAllOf(job.id).catch(() => undefined);
      throw admissionRefusal(admission, caller, this.capacity.queueLimit, job.createdAt);
    }
  }
}
