import { Logger } from '@nestjs/common';
import type { Job, Queue, QueueOptions } from 'bull';
import type { RedisConnections } from '../redis/redis-connections.ts';
import { whenAwakeFor } from '../when-awake-for.ts';
import { InProcessTaskQueue } from './in-process-task-queue.ts';
import { RunningTasks } from './running-tasks.ts';
import { TASK_KINDS, type Task, type TaskHandler, type TaskKind, TaskQueue } from './task-queue.ts';

/** What a message holds: an id, nothing else. */
export interface TaskMessage {
  readonly id: string;
}

/** How long adding may take before the caller goes on without; the sweep adds what was not. */
const ADD_WAIT_SECONDS = 2;
/** How long closing may take while Redis does not answer. */
const CLOSE_WAIT_SECONDS = 3;

class RedisSilent extends Error {
  constructor() {
    super('Redis does not answer');
    this.name = 'RedisSilent';
  }
}

/**
 * How Bull is set up. The lock outlives many stalls of an event loop; a worker that dies loses its message after it, but
 * by then the sweep has handed the job to another under its next attempt.
 */
export function queueOptions(redis: RedisConnections): QueueOptions {
  return {
    prefix: 'imagepro',
    createClient: (type) => (type === 'client' ? redis.commands : redis.patient()),
    settings: { lockDuration: 60_000, stalledInterval: 15_000, maxStalledCount: 2 },
    // The database decides what is tried again; here nothing stays.
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
  };
}

/** The tasks of one kind. */
class TasksOfKind {
  running: RunningTasks | undefined;
  /** Resolves when somebody consumes them. */
  consumed = Promise.withResolvers<RunningTasks>();

  constructor(readonly queue: Queue<TaskMessage>) {}
}

/**
 * The task queue of the production profile: Bull on Redis, with a queue for each kind. What Redis does not take, a process
 * that consumes tasks hands to itself: its sweep then gets work done without Redis.
 */
export class BullTaskQueue extends TaskQueue {
  private readonly logger = new Logger('Queue');
  private readonly alone = new InProcessTaskQueue();
  private readonly kinds: Record<TaskKind, TasksOfKind>;

  constructor(queues: Record<TaskKind, Queue<TaskMessage>>) {
    super();
    this.kinds = { images: new TasksOfKind(queues.images), webhooks: new TasksOfKind(queues.webhooks) };
    for (const kind of TASK_KINDS) this.listenTo(queues[kind]);
  }

  async add(kind: TaskKind, task: Task, { delaySeconds = 0 } = {}): Promise<void> {
    const { queue, running } = this.kinds[kind];
    const { id, attempt, queueRank = 0 } = task;
    try {
      const options = { jobId: `${id}:${attempt}`, delay: delaySeconds * 1000, priority: queueRank + 1 };
      await answered(queue, () => queue.add({ id }, options));
    } catch (error) {
      if (!running) throw error;
      await this.alone.add(kind, task, { delaySeconds });
    }
  }

  depth(kind: TaskKind): Promise<number> {
    const { queue } = this.kinds[kind];
    return answered(queue, () => queue.getWaitingCount());
  }

  /**
   * Lets Bull take no message of this kind before somebody consumes it: to be called before Bull is told to process. A
   * process that is killed while it starts would keep for a minute what others could have done at once.
   */
  hold(kind: TaskKind): void {
    this.kinds[kind].queue.pause(true, true).catch((error: Error) => this.logger.debug(error.message));
  }

  consume(kind: TaskKind, concurrency: number, handler: TaskHandler): void {
    const tasks = this.kinds[kind];
    tasks.running = new RunningTasks(concurrency, handler);
    tasks.consumed.resolve(tasks.running);
    this.alone.consume(kind, concurrency, handler);
    tasks.queue.resume(true).catch((error: Error) => this.logger.debug(error.message));
  }

  /** Works on a message that Bull hands out; one that comes while its kind is drained waits. */
  async handle(kind: TaskKind, { data }: Job<TaskMessage>): Promise<void> {
    const running = await this.kinds[kind].consumed.promise;
    await running.run(data.id);
  }

  async drain(kind: TaskKind): Promise<void> {
    const tasks = this.kinds[kind];
    if (!tasks.running) return;
    tasks.consumed = Promise.withResolvers();
    const alone = this.alone.drain(kind);
    await within(CLOSE_WAIT_SECONDS, tasks.queue.pause(true, true)).catch(() => undefined);
    await Promise.all([alone, tasks.running.ended()]);
  }

  async close(): Promise<void> {
    await Promise.all(TASK_KINDS.map((kind) => closed(this.kinds[kind].queue)));
  }

  private listenTo(queue: Queue<TaskMessage>): void {
    queue.on('stalled', ({ data }: Job<TaskMessage>) =>
      this.logger.warn(`The message of task ${data.id} was taken by a worker that is gone`),
    );
    // What Redis has to say is said by its connections.
    queue.on('error', (error: Error) => this.logger.debug(error.message));
    // Without Redis, Bull's own way of closing waits for ever.
    Object.assign(queue, { onApplicationShutdown: () => closed(queue) });
  }
}

async function closed(queue: Queue<TaskMessage>): Promise<void> {
  await within(CLOSE_WAIT_SECONDS, queue.close(true)).catch(() => undefined);
}

/** Asks Redis, which has a moment to answer; rejects at once while there is no connection to it. */
function answered<T>(queue: Queue<TaskMessage>, ask: () => Promise<T>): Promise<T> {
  return queue.client.status === 'ready' ? within(ADD_WAIT_SECONDS, ask()) : Promise.reject(new RedisSilent());
}

/** Rejects when the promise has not settled in time. */
async function within<T>(seconds: number, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const callOff = whenAwakeFor(seconds, () => late.reject(new RedisSilent()));
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    callOff();
  }
}
