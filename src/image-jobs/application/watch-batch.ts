import type { RecheckCaller } from '../../accounts/application/recheck-caller.ts';
import type { Caller } from '../../accounts/domain/caller.ts';
import type { BatchState } from '../domain/batch.ts';
import { imageJobProblems } from '../domain/errors.ts';
import type { FindBatch } from './find-batches.ts';
import { FollowStates, type StreamLife } from './follow-states.ts';
import type { JobEvents } from './job-events.ts';
import type { StreamPlaces } from './waiting-places.ts';

/** Follows a batch until all its jobs are final; at most one state a second, however many of them change in it. */
export class WatchBatch extends FollowStates<BatchState> {
  protected readonly missing = imageJobProblems.batchNotFound;
  protected override readonly pauseMs = 1000;

  constructor(
    private readonly finder: FindBatch,
    recheck: RecheckCaller,
    events: JobEvents,
    places: StreamPlaces,
    life: StreamLife,
  ) {
    super(recheck, events, places, life);
  }

  protected find(caller: Caller, id: string): Promise<BatchState> {
    return this.finder.execute(caller, id);
  }

  protected async jobsOf(caller: Caller, id: string): Promise<readonly string[]> {
    return (await this.finder.execute(caller, id)).unfinished();
  }

  /** Counts tell one state from the next; where two jobs change places between them, there is nothing new to tell. */
  versionOf(state: BatchState): string {
    return Object.values(state.counts()).join('-');
  }

  protected isEndKnown(state: BatchState, seen: string): boolean {
    return state.isFinal() && seen === this.versionOf(state);
  }
}
