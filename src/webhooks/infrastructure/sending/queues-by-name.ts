import PQueue from 'p-queue';

/** Queues, each of which works on so many at once. One that is idle is forgotten: names come from everybody. */
export class QueuesByName {
  private readonly queues = new Map<string, PQueue>();

  constructor(private readonly concurrency: number) {}

  /** Resolves when the work is done, which waits for its turn in the queue of this name. */
  async add(name: string, work: () => Promise<void>): Promise<void> {
    const queue = this.queues.get(name) ?? new PQueue({ concurrency: this.concurrency });
    this.queues.set(name, queue);
    await queue.add(work);
    const isIdle = queue.size + queue.pending === 0;
    // Another one may have taken its name meanwhile.
    if (isIdle && this.queues.get(name) === queue) this.queues.delete(name);
  }

  /** Resolves when all work of all queues is done. */
  async onIdle(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.onIdle()));
  }
}
