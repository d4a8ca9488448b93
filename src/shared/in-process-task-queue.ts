import { Logger } from '@nestjs/common';
import PQueue from 'p-queue';
import { RunningTasks } from './running-tasks.ts';
import { type Task, TaskQueue } from './task-queue.ts';

/** Works on the task of this id; see `RunningTasks`. */
type Handler = (id: string, leave: () => void) => Promise<void>;

/** The task queue of the embedded profile: in the memory of this process, a bounded number of tasks at once. */
export class InProcessTaskQueue extends TaskQueue {
  private readonly logger = new Logger('TaskQueue');
  private readonly queue: PQueue;
  private readonly known = new Set<string>();
  private readonly running: RunningTasks;
  private handler: Handler | undefined;

  constructor(concurrency: number) {
    super();
    this.queue = new PQueue({ concurrency, autoStart: false });
    this.running = new RunningTasks(concurrency);
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
  consume(handler: Handler): void {
    this.handler = handler;
    this.queue.start();
  }

  /** Hands out no more tasks, and resolves when the running ones are done. */
  async drain(): Promise<void> {
    this.queue.pause();
    this.queue.clear();
    this.known.clear();
    await this.queue.onPendingZero();
    await this.running.ended();
  }

  /** A task that fails all the same, since the database does not answer, is left to the sweep. */
  private run(id: string): Promise<void> {
    this.known.delete(id);
    return this.running.begin(async (leave) => {
      try {
        await this.handler?.(id, leave);
      } catch (error) {
        this.logger.error({ err: error }, `The task ${id} failed`);
      }
    });
  }
}
