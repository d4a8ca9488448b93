import { type JobChange, type JobEvents, MISSED } from './job-events.ts';

/**
 * A change may be told to nobody: its worker dies before it tells, or has lost its connection to those who listen. So
 * often those who wait look again by themselves.
 */
const LOOK_AGAIN_MS = 15_000;

/** Watches jobs from the moment it is made, so that a change between two looks at them is not missed. */
export class JobWatch {
  private change = Promise.withResolvers<void>();
  private readonly unsubscribe: () => void;
  private readonly over = new AbortController();
  private readonly lookAgain = setInterval(() => this.wake(), LOOK_AGAIN_MS).unref();

  constructor(events: JobEvents, ids: readonly string[]) {
    const subscriptions = ids.map((id) => events.subscribe(id, (change) => this.hear(change)));
    this.unsubscribe = () => {
      for (const unsubscribe of subscriptions) unsubscribe();
    };
  }

  /** Resolves once one of them has changed since this was last awaited, or the watch is over. */
  async changed(): Promise<void> {
    await this.change.promise;
    if (!this.isOver) this.change = Promise.withResolvers();
  }

  /** Nothing more is waited for. */
  end(): void {
    // Without a reason of ours it would make an exception, stack and all.
    this.over.abort('over');
    clearInterval(this.lookAgain);
    this.unsubscribe();
    this.wake();
  }

  get isOver(): boolean {
    return this.over.signal.aborted;
  }

  /** Aborted when nothing more is waited for. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  protected hear(_change: JobChange): void {
    this.wake();
  }

  protected wake(): void {
    this.change.resolve();
  }
}

/** Is woken when all the jobs that are awaited have ended, and not by each of them: a batch has many. */
export class EndWatch extends JobWatch {
  private readonly ended = new Set<string>();
  private awaited: readonly string[];

  constructor(events: JobEvents, ids: readonly string[]) {
    super(events, ids);
    this.awaited = ids;
  }

  /** Looks at the jobs; those that end meanwhile need not be awaited any more, whatever was seen of them. */
  look<T>(find: () => Promise<T>): Promise<T> {
    this.ended.clear();
    return find();
  }

  /** These are left, by the latest look at them. */
  awaits(ids: readonly string[]): void {
    this.awaited = ids;
    if (this.haveEnded()) this.wake();
  }

  protected override hear({ id, version, unfinished }: JobChange): void {
    if (unfinished) return;
    if (version !== MISSED) this.ended.add(id);
    if (version === MISSED || this.haveEnded()) this.wake();
  }

  private haveEnded(): boolean {
    return this.awaited.every((id) => this.ended.has(id));
  }
}
