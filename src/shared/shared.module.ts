import { EntityManager, MikroORM } from '@mikro-orm/core';
import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../settings.ts';
import { Clock } from './clock.ts';
import { openDatabase } from './database/database.ts';
import { InProcessTaskQueue } from './in-process-task-queue.ts';
import { TaskQueue } from './task-queue.ts';

/** What every module builds on: settings, clock, database, task queue. */
@Global()
@Module({})
export class SharedModule implements OnApplicationShutdown {
  constructor(private readonly orm: MikroORM) {}

  static with(settings: Settings, clock: Clock): DynamicModule {
    return {
      module: SharedModule,
      providers: [
        { provide: Settings, useValue: settings },
        { provide: Clock, useValue: clock },
        { provide: MikroORM, useFactory: () => openDatabase(settings) },
        { provide: EntityManager, inject: [MikroORM], useFactory: (orm: MikroORM) => orm.em },
        { provide: InProcessTaskQueue, useFactory: () => new InProcessTaskQueue(settings.worker.concurrency) },
        { provide: TaskQueue, useExisting: InProcessTaskQueue },
      ],
      exports: [Settings, Clock, MikroORM, EntityManager, InProcessTaskQueue, TaskQueue],
    };
  }

  /** The last to go: whoever shuts down before may still write. */
  async onApplicationShutdown(): Promise<void> {
    await this.orm.close();
  }
}
