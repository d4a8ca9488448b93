import { Logger } from '@nestjs/common';
import PQueue from 'p-queue';
import { type Task, TaskQueue } from './task-queue.ts';

/** Works on one task; it handles its own failures. */
export type TaskHandler = (id: string) => Promise<void>;

/** The task queue of the embedded profile: in the memory of this process, a bounded number of tasks at once. */
export class InProcessTaskQueue extends TaskQueue {
  private readonly logger = new Logger('TaskQueue');
  private readonly queue: PQueue;
  private readonly known = new Set<string>();
  private handler: TaskHandler | undefined;

  constructor(concurrency: number) {
    super();
    this.queue = new PQueue({ concurrency, autoStart: false });
  }

  /** An id that waits already is not added twice. */
  async add({ id }: Task): Promise<void> {
    if (this.known.has(id)) return;
    this.known.add(id);
    // Not awaited: adding ends here, the handler tells of its own failures.
    void this.queue.add(() => this.run(id));
  }

  async depth(): Promise<number> {
    return this.queue.size;
  }

  /** Begins to hand tasks to the handler. */
  consume(handler: TaskHandler): void {
    this.handler = handler;
    this.queue.start();
  }

  /** Hands out no more tasks, and resolves when the running ones are done. */
  async drain(): Promise<void> {
    this.queue.pause();
    this.queue.clear();
    this.known.clear();
    await this.queue.onPendingZero();
  }

  /** A task that fails all the same, since the database does not answer, is left to the sweep. */
  private async run(id: string): Promise<void> {
    this.known.delete(id);
    try {
      await this.handler?.(id);
    } catch (error) {
      this.logger.error({ err: error }, `The task ${id} failed`);
    }
  }
}
