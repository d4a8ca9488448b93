import { setTimeout as pause } from 'node:timers/promises';
import type { RecheckCaller } from '../../accounts/application/recheck-caller.ts';
import type { Caller } from '../../accounts/domain/caller.ts';
import type { Problem } from '../../shared/application-error.ts';
import type { JobEvents } from './job-events.ts';
import { JobWatch } from './job-watch.ts';
import type { StreamPlaces } from './kinds-of-places.ts';
import type { Final, Finder } from './wait-until-final.ts';

/** How long something is followed at most, in seconds. */
export interface StreamLife {
  readonly seconds: number;
}

/** The states of something, the present one first; null, and then the end, when it is deleted. */
export type States<T> = AsyncIterable<T | null>;

/** Follows something until it is final, woken by the events of its jobs; between two of them nothing is held but a place. */
export abstract class FollowStates<T extends Final> {
  /** Told when it is deleted, or never was there. */
  protected abstract readonly missing: Problem;
  /** Least time from one state to the next. */
  protected readonly pauseMs: number = 0;

  constructor(
    private readonly finder: Finder<T>,
    private readonly recheck: RecheckCaller,
    private readonly events: JobEvents,
    private readonly places: StreamPlaces,
    private readonly life: StreamLife,
  ) {}

  /** What its state is known by: the id of its event. */
  abstract versionOf(state: T): string;
  /** Whether a client that has seen the event of this id knows how it ended. */
  protected abstract isEndKnown(state: T, seen: string): boolean;

  /**
   * Whatever can be refused is refused here; the states then come until the final one, or until the stream is too old, the
   * service stops, the caller is shut out or `gone` is aborted, which must happen in the end. Undefined when the caller has
   * seen the final state (`seen` is the event that they know).
   * @throws what the finder throws; too_many_streams, streams_full
   */
  async execute(
    caller: Caller,
    id: string,
    seen: string | undefined,
    gone: AbortSignal,
  ): Promise<States<T> | undefined> {
    // Watched before it is read: what happens in between is told.
    const watch = new JobWatch(this.events, await this.finder.jobsOf(caller, id));
    const end = () => watch.end();
    let leave: (() => void) | undefined;
    const timer = setTimeout(end, this.life.seconds * 1000);
    const clear = () => {
      clearTimeout(timer);
      leave?.();
      end();
    };
    try {
      leave = this.places.take(caller, end);
      gone.addEventListener('abort', clear, { once: true });
      if (gone.aborted) clear();
      const state = await this.finder.execute(caller, id);
      if (seen === undefined || !this.isEndKnown(state, seen)) return this.states(watch, caller, id, state);
    } catch (error) {
      clear();
      throw error;
    }
    clear();
    return undefined;
  }

  private async *states(watch: JobWatch, caller: Caller, id: string, first: T): States<T> {
    let state: T | null = first;
    yield state;
    while (state && !state.isFinal()) {
      const told = performance.now();
      await watch.changed();
      const rest = this.pauseMs - (performance.now() - told);
      if (rest > 0) await pause(rest, undefined, { signal: watch.signal }).catch(() => undefined);
      if (watch.isOver || !(await this.recheck.execute(caller))) return;
      const latest: T | null = await this.finder
        .execute(caller, id)
        .catch((error: unknown) => this.nullIfMissing(error));
      // A change may be told twice.
      if (!latest || this.versionOf(latest) !== this.versionOf(state)) yield latest;
      state = latest;
    }
  }

  private nullIfMissing(error: unknown): null {
    if (this.missing.matches(error)) return null;
    throw error;
  }
}
