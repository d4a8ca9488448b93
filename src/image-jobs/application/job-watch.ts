import type { JobChange, JobEvents } from './job-events.ts';

/** Watches one job from the moment it is made, so that a change between two looks at the job is not missed. */
export class JobWatch {
  private change = Promise.withResolvers<void>();
  private readonly unsubscribe: () => void;
  private over = false;

  /** Woken by each change, or by those alone that `wakes` tells. */
  constructor(events: JobEvents, id: string, wakes: (change: JobChange) => boolean = () => true) {
    this.unsubscribe = events.subscribe(id, (change) => {
      if (wakes(change)) this.change.resolve();
    });
  }

  /** Resolves once the job has changed so since this was last awaited, or the watch is over. */
  async changed(): Promise<void> {
    await this.change.promise;
    if (!this.over) this.change = Promise.withResolvers();
  }

  /** Nothing more is waited for. */
  end(): void {
    this.over = true;
    this.unsubscribe();
    this.change.resolve();
  }

  get isOver(): boolean {
    return this.over;
  }
}
