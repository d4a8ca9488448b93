import PQueue from 'p-queue';
import { RunningTasks } from './running-tasks.ts';
import { type Task, type TaskHandler, type TaskKind, TaskQueue } from './task-queue.ts';

/** The tasks of one kind. */
class TasksOfKind {
  readonly queue = new PQueue({ autoStart: false });
  /** Those that wait, delayed ones too. */
  readonly known = new Set<string>();
  readonly delays = new Set<NodeJS.Timeout>();
  running: RunningTasks | undefined;
}

/** The task queue of the embedded profile, in the memory of this process. */
export class InProcessTaskQueue extends TaskQueue {
  private readonly kinds: Record<TaskKind, TasksOfKind> = { images: new TasksOfKind(), webhooks: new TasksOfKind() };

  async add(kind: TaskKind, { id, attempt, queueRank = 0 }: Task, { delaySeconds = 0 } = {}): Promise<void> {
    const tasks = this.kinds[kind];
    const message = `${id}:${attempt}`;
    if (tasks.known.has(message)) return;
    tasks.known.add(message);
    const enqueue = () =>
      // Not awaited: adding ends here, and running tasks tell of their own failures.
      void tasks.queue.add(
        () => {
          tasks.known.delete(message);
          return tasks.running?.run(id);
        },
        { priority: -queueRank },
      );
    if (delaySeconds === 0) return enqueue();
    const delay = setTimeout(() => {
      tasks.delays.delete(delay);
      enqueue();
    }, delaySeconds * 1000);
    tasks.delays.add(delay.unref());
  }

  async depth(kind: TaskKind): Promise<number> {
    return this.kinds[kind].queue.size;
  }

  consume(kind: TaskKind, concurrency: number, handler: TaskHandler): void {
    const tasks = this.kinds[kind];
    tasks.running = new RunningTasks(concurrency, handler);
    tasks.queue.concurrency = concurrency;
    tasks.queue.start();
  }

  /** What waits is forgotten; the sweep of the next start finds it. */
  async drain(kind: TaskKind): Promise<void> {
    const { queue, known, delays, running } = this.kinds[kind];
    queue.pause();
    queue.clear();
    known.clear();
    for (const delay of delays) clearTimeout(delay);
    delays.clear();
    await queue.onPendingZero();
    await running?.ended();
  }
}
