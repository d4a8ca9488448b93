import type { ImageJob } from '../domain/image-job.ts';
import type { EndWatch } from './job-watch.ts';
import { WaitUntilFinal } from './wait-until-final.ts';

/** Waits until a job is final. */
export class WaitForImage extends WaitUntilFinal<ImageJob> {
  /** Begins to watch a job that is yet to be made, so that whoever then waits for it need not look at it first. */
  watch(id: string): EndWatch {
    return this.watchOf([id.toLowerCase()]);
  }
}
