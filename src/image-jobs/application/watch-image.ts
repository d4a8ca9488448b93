import type { RecheckCaller } from '../../accounts/application/recheck-caller.ts';
import type { Caller } from '../../accounts/domain/caller.ts';
import { imageJobProblems } from '../domain/errors.ts';
import type { ImageJob } from '../domain/image-job.ts';
import type { FindImageJob } from './find-image-jobs.ts';
import { FollowStates, type StreamLife } from './follow-states.ts';
import type { JobEvents } from './job-events.ts';
import type { StreamPlaces } from './waiting-places.ts';

/** Follows a job until it is final. */
export class WatchImage extends FollowStates<ImageJob> {
  protected readonly missing = imageJobProblems.imageNotFound;

  constructor(
    private readonly finder: FindImageJob,
    recheck: RecheckCaller,
    events: JobEvents,
    places: StreamPlaces,
    life: StreamLife,
  ) {
    super(recheck, events, places, life);
  }

  protected find(caller: Caller, id: string): Promise<ImageJob> {
    return this.finder.execute(caller, id);
  }

  protected async jobsOf(_caller: Caller, id: string): Promise<readonly string[]> {
    return [id.toLowerCase()];
  }

  versionOf({ version }: ImageJob): string {
    return String(version);
  }

  /** Of whatever this service has not sent, nothing is known. */
  protected isEndKnown(job: ImageJob, seen: string): boolean {
    const final = job.finalVersion();
    return final !== null && /^\d{1,15}$/.test(seen) && Number(seen) >= final;
  }
}
