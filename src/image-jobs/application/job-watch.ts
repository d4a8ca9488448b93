import type { JobEvents } from './job-events.ts';

/** Watches one job from the moment it is made, so that a change between two looks at the job is not missed. */
export class JobWatch {
  private change = Promise.withResolvers<void>();
  private readonly unsubscribe: () => void;
  private over = false;

  constructor(events: JobEvents, id: string) {
    this.unsubscribe = events.subscribe(id, () => this.change.resolve());
  }

  /** Resolves once the job has changed since this was last awaited, or the watch is over. */
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
