import type { RecheckCaller } from '../../accounts/application/recheck-caller.ts';
import type { Caller } from '../../accounts/domain/caller.ts';
import type { ImageJob } from '../domain/image-job.ts';
import type { FindImageJob } from './find-image-jobs.ts';
import type { JobEvents } from './job-events.ts';
import type { JobWatch } from './job-watch.ts';
import { WaitUntilFinal } from './wait-until-final.ts';
import type { WaitingPlaces } from './waiting-places.ts';

/** Waits until a job is final. */
export class WaitForImage extends WaitUntilFinal<ImageJob> {
  constructor(
    private readonly finder: FindImageJob,
    recheck: RecheckCaller,
    events: JobEvents,
    places: WaitingPlaces,
  ) {
    super(recheck, events, places);
  }

  /** Begins to watch a job that is yet to be made, so that whoever then waits for it need not look at it first. */
  watch(id: string): JobWatch {
    return this.watchOf([id.toLowerCase()]);
  }

  protected find(caller: Caller, id: string): Promise<ImageJob> {
    return this.finder.execute(caller, id);
  }

  protected async jobsOf(_caller: Caller, id: string): Promise<readonly string[]> {
    return [id.toLowerCase()];
  }
}
