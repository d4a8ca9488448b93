import type { BatchState } from '../domain/batch.ts';
import { imageJobProblems } from '../domain/errors.ts';
import { FollowStates } from './follow-states.ts';

/** Follows a batch until all its jobs are final; at most one state a second, however many of them change in it. */
export class WatchBatch extends FollowStates<BatchState> {
  protected readonly missing = imageJobProblems.batchNotFound;
  protected override readonly pauseMs = 1000;

  /** Counts tell one state from the next; where two jobs change places between them, there is nothing new to tell. */
  versionOf(state: BatchState): string {
    return Object.values(state.counts()).join('-');
  }

  protected isEndKnown(state: BatchState, seen: string): boolean {
    return state.isFinal() && seen === this.versionOf(state);
  }
}
