import PQueue from 'p-queue';
import { RunningTasks } from './running-tasks.ts';
import { type Task, type TaskHandler, type TaskKind, TaskQueue } from './task-queue.ts';

/** The tasks of one kind. */
class Lane {
  readonly queue = new PQueue({ autoStart: false });
  /** Those that wait, delayed ones too. */
  readonly known = new Set<string>();
  readonly delays = new Set<NodeJS.Timeout>();
  running: RunningTasks | undefined;
}

/** The task queue of the embedded profile, in the memory of this process. */
export class InProcessTaskQueue extends TaskQueue {
  private readonly lanes: Record<TaskKind, Lane> = { images: new Lane(), webhooks: new Lane() };

  async add(kind: TaskKind, { id, attempt, queueRank = 0 }: Task, { delaySeconds = 0 } = {}): Promise<void> {
    const lane = this.lanes[kind];
    const message = `${id}:${attempt}`;
    if (lane.known.has(message)) return;
    lane.known.add(message);
    const enqueue = () =>
      // Not awaited: adding ends here, and running tasks tell of their own failures.
      void lane.queue.add(
        () => {
          lane.known.delete(message);
          return lane.running?.run(id);
        },
        { priority: -queueRank },
      );
    if (delaySeconds === 0) return enqueue();
    const delay = setTimeout(() => {
      lane.delays.delete(delay);
      enqueue();
    }, delaySeconds * 1000);
    lane.delays.add(delay.unref());
  }

  async depth(kind: TaskKind): Promise<number> {
    return this.lanes[kind].queue.size;
  }

  consume(kind: TaskKind, concurrency: number, handler: TaskHandler): void {
    const lane = this.lanes[kind];
    lane.running = new RunningTasks(concurrency, handler);
    lane.queue.concurrency = concurrency;
    lane.queue.start();
  }

  /** What waits is forgotten; the sweep of the next start finds it. */
  async drain(kind: TaskKind): Promise<void> {
    const { queue, known, delays, running } = this.lanes[kind];
    queue.pause();
    queue.clear();
    known.clear();
    for (const delay of delays) clearTimeout(delay);
    delays.clear();
    await queue.onPendingZero();
    await running?.ended();
  }
}
