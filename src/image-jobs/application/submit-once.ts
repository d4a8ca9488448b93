import type { Caller } from '../../accounts/domain/caller.ts';
import type { KeyedRequest } from '../domain/idempotency-claim.ts';
import type { ImageJob } from '../domain/image-job.ts';
import type { EraseImageJob } from './erase-image-job.ts';
import type { Made, MakeOnce } from './make-once.ts';
import type { ImageJobRepository } from './ports.ts';
import type { SubmitImage } from './submit-image.ts';
import type { Upload } from './upload.ts';

/** Accepts an upload once, however often it is sent with the same idempotency key. */
export class SubmitOnce {
  constructor(
    private readonly submit: SubmitImage,
    private readonly once: MakeOnce,
    private readonly jobs: ImageJobRepository,
    private readonly eraser: EraseImageJob,
  ) {}

  /** @throws what `SubmitImage` and `MakeOnce` throw */
  async execute(caller: Caller, upload: Upload, request: KeyedRequest): Promise<Made<ImageJob>> {
    return this.once.execute(caller, request, {
      find: (id) => this.jobs.find(id),
      make: (id) => this.submit.execute(caller, upload, id),
      erase: (id) => this.eraser.execute(id),
    });
  }
}
