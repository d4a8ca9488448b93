import { Global, Module } from '@nestjs/common';
import { RedisConnections } from '../redis/redis-connections.ts';
import { InProcessTaskQueue } from './in-process-task-queue.ts';
import { TaskQueue } from './task-queue.ts';

/** What the embedded profile has in the place of Redis: a task queue in this process, and no connections. */
@Global()
@Module({
  providers: [
    { provide: RedisConnections, useValue: null },
    { provide: TaskQueue, useClass: InProcessTaskQueue },
  ],
  exports: [RedisConnections, TaskQueue],
})
export class InProcessQueueModule {}
