import { imageJobProblems } from '../domain/errors.ts';
import type { ImageJob } from '../domain/image-job.ts';
import { FollowStates } from './follow-states.ts';

/** Follows a job until it is final. */
export class WatchImage extends FollowStates<ImageJob> {
  protected readonly missing = imageJobProblems.imageNotFound;

  versionOf({ version }: ImageJob): string {
    return String(version);
  }

  /** Of whatever this service has not sent, nothing is known. */
  protected isEndKnown(job: ImageJob, seen: string): boolean {
    const final = job.finalVersion();
    return final !== null && /^\d{1,15}$/.test(seen) && Number(seen) >= final;
  }
}
