import { EntityManager, MikroORM } from '@mikro-orm/core';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { checkDatabase, openDatabase } from './database/database.ts';
import { DatabaseClock } from './database/database-clock.ts';
import { Settings } from './settings/settings.ts';
import { Clock, SystemClock } from './shared/clock.ts';
import { RedisConnections } from './shared/redis/redis-connections.ts';
import { OwnSpool, SharedSpool, Spool } from './shared/spool.ts';
import { InProcessQueueModule } from './shared/tasks/in-process-queue.module.ts';
import { Metrics } from './telemetry/metrics.ts';
import { Readiness } from './telemetry/readiness.ts';

/** What every module builds on: settings, clock, database, task queue, spool, and who watches them. */
@Global()
@Module({})
export class BaseModule implements OnApplicationShutdown {
  constructor(
    private readonly orm: MikroORM,
    private readonly spool: Spool,
    readiness: Readiness,
    settings: Settings,
    @Inject(RedisConnections) redis: RedisConnections | null,
  ) {
    readiness.needs('database', () => checkDatabase(orm));
    if (!redis) return;
    // An API serves without Redis, and a worker finds work in the database; but no other one shall be ended for this one.
    if (settings.deployment.role === 'worker') readiness.needs('redis', () => redis.check());
    else readiness.wants('redis', () => redis.check());
  }

  /** `clock` is another one in tests. */
  static with(settings: Settings, clock?: Clock): DynamicModule {
    const { redisUrl } = settings.deployment;
    // Each section under the class of its owner, so that nobody need know them all.
    const slices = Object.values(settings).map((slice: object) => ({ provide: slice.constructor, useValue: slice }));
    return {
      module: BaseModule,
      imports: [redisUrl ? redisModule(redisUrl) : InProcessQueueModule],
      providers: [
        { provide: Settings, useValue: settings },
        ...slices,
        { provide: Clock, inject: [MikroORM], useFactory: (orm: MikroORM) => clock ?? clockOf(settings, orm) },
        { provide: MikroORM, useFactory: () => openDatabase(settings) },
        { provide: EntityManager, inject: [MikroORM], useFactory: (orm: MikroORM) => orm.em },
        { provide: Spool, useFactory: () => spool(settings) },
        Readiness,
        Metrics,
      ],
      exports: [
        Settings,
        ...slices.map(({ provide }) => provide),
        Clock,
        MikroORM,
        EntityManager,
        Spool,
        Readiness,
        Metrics,
      ],
    };
  }

  /** The last to go: whoever shuts down before may still write. */
  async onApplicationShutdown(): Promise<void> {
    await this.spool.close();
    await this.orm.close();
  }
}

/** Several processes go by the one clock that they share, a single one by its machine's. */
function clockOf({ deployment }: Settings, orm: MikroORM): Clock | Promise<Clock> {
  return deployment.databaseUrl ? DatabaseClock.of(orm) : new SystemClock();
}

/** In the production profile several processes may share a data folder. */
function spool({ deployment, storage }: Settings): Spool {
  return deployment.databaseUrl ? new SharedSpool(storage.spoolDir) : new OwnSpool(storage.spoolDir);
}

/** Loaded where there is a Redis. */
async function redisModule(url: string): Promise<DynamicModule> {
  const { RedisModule } = await import('./shared/redis/redis.module.ts');
  return RedisModule.at(url);
}
