import type { RecheckCaller } from '../../accounts/application/recheck-caller.ts';
import type { Caller } from '../../accounts/domain/caller.ts';
import type { JobEvents } from './job-events.ts';
import { EndWatch } from './job-watch.ts';
import type { WaitingPlaces } from './kinds-of-places.ts';

/** How long to wait at most, and who can end it sooner. */
export interface Patience {
  readonly seconds: number;
  /** Aborted when the one who waits has gone. */
  readonly gone: AbortSignal;
}

/** What can be waited for. */
export interface Final {
  /** Whether the wait for it is over. */
  isFinal(): boolean;
  /** The jobs whose ends it waits for. */
  unfinished(): readonly string[];
}

/** Finds what can be waited for, and followed. */
export interface Finder<T extends Final> {
  /** As it is now, for a caller who may see it; otherwise it is not there. */
  execute(caller: Caller, id: string): Promise<T>;
  /** The jobs that it changes with. */
  jobsOf(caller: Caller, id: string): Promise<readonly string[]>;
}

/** What is waited for as it was made, and the watch that was kept on it from before. */
export interface Watched<T> {
  readonly found: T;
  readonly watch: EndWatch;
}

/** Waits until something is final, woken by the ends of its jobs; until then nothing is held but a place. */
export abstract class WaitUntilFinal<T extends Final> {
  constructor(
    private readonly finder: Finder<T>,
    private readonly recheck: RecheckCaller,
    private readonly events: JobEvents,
    private readonly places: WaitingPlaces,
  ) {}

  /**
   * What is waited for once it is final, or as it is when patience or the service ends; undefined at once when no place is
   * left.
   * @throws what the finder throws, also when it is deleted meanwhile; invalid_token when the caller is shut out meanwhile
   */
  async execute(caller: Caller, id: string, { seconds, gone }: Patience, made?: Watched<T>): Promise<T | undefined> {
    // Watched before it is read: what happens in between wakes the wait.
    const watch = made?.watch ?? this.watchOf(await this.finder.jobsOf(caller, id));
    const end = () => watch.end();
    const leave = this.places.take(caller, end);
    const timer = setTimeout(end, seconds * 1000);
    gone.addEventListener('abort', end);
    if (gone.aborted) end();
    try {
      return leave && (await this.whenFinal(watch, caller, id, made?.found));
    } finally {
      clearTimeout(timer);
      gone.removeEventListener('abort', end);
      leave?.();
      end();
    }
  }

  /** A watch that is woken by the ends of jobs. */
  protected watchOf(jobIds: readonly string[]): EndWatch {
    return new EndWatch(this.events, jobIds);
  }

  private async whenFinal(watch: EndWatch, caller: Caller, id: string, made?: T): Promise<T> {
    for (let first = made; ; first = undefined) {
      // Once more after the end, so that the answer is the state of that moment.
      const { isOver } = watch;
      const found = first ?? (await watch.look(() => this.finder.execute(caller, id)));
      if (isOver || found.isFinal()) return found;
      watch.awaits(found.unfinished());
      await watch.changed();
      await this.recheck.assertLetIn(caller);
    }
  }
}
