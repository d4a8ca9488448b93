import { EntityManager, MikroORM } from '@mikro-orm/core';
import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../settings.ts';
import { Clock } from './clock.ts';
import { openDatabase } from './database/database.ts';
import { InProcessQueueModule } from './in-process-queue.module.ts';
import { RedisModule } from './redis/redis.module.ts';
import { OwnSpool, SharedSpool, Spool } from './spool.ts';

/** What every module builds on: settings, clock, database, task queue, spool. */
@Global()
@Module({})
export class SharedModule implements OnApplicationShutdown {
  constructor(
    private readonly orm: MikroORM,
    private readonly spool: Spool,
  ) {}

  static with(settings: Settings, clock: Clock): DynamicModule {
    const { redisUrl } = settings.deployment;
    return {
      module: SharedModule,
      imports: [redisUrl ? RedisModule.at(redisUrl) : InProcessQueueModule.with(settings.worker.concurrency)],
      providers: [
        { provide: Settings, useValue: settings },
        { provide: Clock, useValue: clock },
        { provide: MikroORM, useFactory: () => openDatabase(settings) },
        { provide: EntityManager, inject: [MikroORM], useFactory: (orm: MikroORM) => orm.em },
        { provide: Spool, useFactory: () => spool(settings) },
      ],
      exports: [Settings, Clock, MikroORM, EntityManager, Spool],
    };
  }

  /** The last to go: whoever shuts down before may still write. */
  async onApplicationShutdown(): Promise<void> {
    await this.spool.close();
    await this.orm.close();
  }
}

/** In the production profile several processes may share a data folder. */
function spool({ deployment, storage }: Settings): Spool {
  return deployment.databaseUrl ? new SharedSpool(storage.spoolDir) : new OwnSpool(storage.spoolDir);
}
