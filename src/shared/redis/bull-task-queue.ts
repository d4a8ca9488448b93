import { Logger } from '@nestjs/common';
import type { Job, Queue, QueueOptions } from 'bull';
import { type Task, TaskQueue } from '../task-queue.ts';
import type { RedisConnections } from './redis-connections.ts';

/** Name of the one queue there is. */
export const IMAGES_QUEUE = 'images';

/** What a message holds: the id of a job, nothing else. */
export interface TaskMessage {
  readonly id: string;
}

/** How long adding may take before the caller goes on without; the sweep adds what was not. */
const ADD_WAIT_MS = 2000;
/** How long closing may take while Redis does not answer. */
const CLOSE_WAIT_MS = 3000;

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

/** The task queue of the production profile: Bull on Redis. */
export class BullTaskQueue extends TaskQueue {
  private readonly logger = new Logger('Queue');

  constructor(private readonly queue: Queue<TaskMessage>) {
    super();
    queue.on('stalled', (job: Job<TaskMessage>) =>
      this.logger.warn(`The message of job ${job.data.id} was taken by a worker that is gone`),
    );
    // What Redis has to say is said by its connections.
    queue.on('error', (error: Error) => this.logger.debug(error.message));
    // Without Redis, Bull's own way of closing waits for ever.
    Object.assign(queue, { onApplicationShutdown: () => this.close() });
  }

  /** A message that waits already is not added twice; one of an earlier attempt does not stand in the way. */
  async add({ id, attempt }: Task): Promise<void> {
    await within(ADD_WAIT_MS, this.queue.add({ id }, { jobId: `${id}:${attempt}` }));
  }

  depth(): Promise<number> {
    return within(ADD_WAIT_MS, this.queue.getWaitingCount());
  }

  /** Takes no more messages; resolves when Bull knows, not when the running ones are done. */
  async pause(): Promise<void> {
    await within(CLOSE_WAIT_MS, this.queue.pause(true, true)).catch(() => undefined);
  }

  /** Takes messages again. */
  resume(): Promise<void> {
    return this.queue.resume(true);
  }

  async close(): Promise<void> {
    await within(CLOSE_WAIT_MS, this.queue.close(true)).catch(() => undefined);
  }
}

/** Rejects when the promise has not settled in time. */
async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('Redis does not answer')), milliseconds);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
