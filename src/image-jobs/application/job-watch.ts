import type { JobChange, JobEvents } from './job-events.ts';

/** Watches jobs from the moment it is made, so that a change between two looks at them is not missed. */
export class JobWatch {
  private change = Promise.withResolvers<void>();
  private readonly unsubscribe: () => void;
  private readonly over = new AbortController();

  /** Woken by each change, or by those alone that `wakes` tells. */
  constructor(events: JobEvents, ids: readonly string[], wakes: (change: JobChange) => boolean = () => true) {
    const listener = (change: JobChange) => {
      if (wakes(change)) this.change.resolve();
    };
    const subscriptions = ids.map((id) => events.subscribe(id, listener));
    this.unsubscribe = () => {
      for (const unsubscribe of subscriptions) unsubscribe();
    };
  }

  /** Resolves once one of them has changed so since this was last awaited, or the watch is over. */
  async changed(): Promise<void> {
    await this.change.promise;
    if (!this.isOver) this.change = Promise.withResolvers();
  }

  /** Nothing more is waited for. */
  end(): void {
    // Without a reason of ours it would make an exception, stack and all.
    this.over.abort('over');
    this.unsubscribe();
    this.change.resolve();
  }

  get isOver(): boolean {
    return this.over.signal.aborted;
  }

  /** Aborted when nothing more is waited for. */
  get signal(): AbortSignal {
    return this.over.signal;
  }
}
