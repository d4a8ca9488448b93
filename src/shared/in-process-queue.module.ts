import { type DynamicModule, Global, Module } from '@nestjs/common';
import { InProcessTaskQueue } from './in-process-task-queue.ts';
import { RedisConnections } from './redis/redis-connections.ts';
import { TaskQueue } from './task-queue.ts';

/** What the embedded profile has in the place of Redis: a task queue in this process, and no connections. */
@Global()
@Module({})
export class InProcessQueueModule {
  static with(concurrency: number): DynamicModule {
    return {
      module: InProcessQueueModule,
      providers: [
        { provide: RedisConnections, useValue: null },
        { provide: InProcessTaskQueue, useFactory: () => new InProcessTaskQueue(concurrency) },
        { provide: TaskQueue, useExisting: InProcessTaskQueue },
      ],
      exports: [RedisConnections, InProcessTaskQueue, TaskQueue],
    };
  }
}
