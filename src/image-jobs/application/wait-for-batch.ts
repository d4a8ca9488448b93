import type { RecheckCaller } from '../../accounts/application/recheck-caller.ts';
import type { Caller } from '../../accounts/domain/caller.ts';
import type { BatchState } from '../domain/batch.ts';
import type { FindBatch } from './find-batches.ts';
import type { JobEvents } from './job-events.ts';
import { WaitUntilFinal } from './wait-until-final.ts';
import type { WaitingPlaces } from './waiting-places.ts';

/** Waits until all jobs of a batch are final. */
export class WaitForBatch extends WaitUntilFinal<BatchState> {
  constructor(
    private readonly finder: FindBatch,
    recheck: RecheckCaller,
    events: JobEvents,
    places: WaitingPlaces,
  ) {
    super(recheck, events, places);
  }

  protected find(caller: Caller, id: string): Promise<BatchState> {
    return this.finder.execute(caller, id);
  }

  /** A batch has all its jobs from the beginning. */
  protected async jobsOf(caller: Caller, id: string): Promise<readonly string[]> {
    return (await this.finder.execute(caller, id)).unfinished();
  }
}
