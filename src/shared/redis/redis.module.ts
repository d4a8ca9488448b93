import { BullModule, getQueueToken } from '@nestjs/bull';
import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Queue } from 'bull';
import { BullTaskQueue, queueOptions, type TaskMessage } from '../tasks/bull-task-queue.ts';
import { TASK_KINDS, TaskQueue } from '../tasks/task-queue.ts';
import { RedisConnections } from './redis-connections.ts';

/** What the production profile has on Redis: connections for everyone, and the task queue. */
@Global()
@Module({})
export class RedisModule implements OnApplicationShutdown {
  constructor(
    private readonly queue: BullTaskQueue,
    private readonly redis: RedisConnections,
  ) {}

  static at(url: string): DynamicModule {
    return {
      module: RedisModule,
      imports: TASK_KINDS.map((name) =>
        BullModule.registerQueueAsync({ name, inject: [RedisConnections], useFactory: queueOptions }),
      ),
      providers: [
        { provide: RedisConnections, useFactory: () => connected(url) },
        {
          provide: BullTaskQueue,
          inject: TASK_KINDS.map((kind) => getQueueToken(kind)),
          useFactory: (images: Queue<TaskMessage>, webhooks: Queue<TaskMessage>) =>
            new BullTaskQueue({ images, webhooks }),
        },
        { provide: TaskQueue, useExisting: BullTaskQueue },
      ],
      exports: [RedisConnections, BullTaskQueue, TaskQueue],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
    this.redis.close();
  }
}

async function connected(url: string): Promise<RedisConnections> {
  const redis = new RedisConnections(url);
  await redis.start();
  return redis;
}
