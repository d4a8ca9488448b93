import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntityManager, MikroORM } from '@mikro-orm/core';
import { afterAll, beforeAll } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { freshDatabase } from '../support/servers/fresh.ts';

/** The databases that every repository has to work on. */
export const DATABASES = ['SQLite', 'PostgreSQL'] as const;

/** An empty database that stands from before the first test of a suite until after the last. */
export interface TestDatabase {
  /** One entity manager for each process that uses the database; SQLite serves one. */
  readonly managers: EntityManager[];
  /** What they belong to. */
  readonly orms: MikroORM[];
}

/** Opens a database with all tables, once for every process that may share it. */
export function useDatabase(kind: (typeof DATABASES)[number]): TestDatabase {
  const managers: EntityManager[] = [];
  const opened: MikroORM[] = [];
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'imagepro-database-'));
    const settings = loadSettings({
      DATA_DIR: dataDir,
      ...(kind === 'PostgreSQL' && {
        DATABASE_URL: await freshDatabase(),
        REDIS_URL: 'redis://127.0.0.1',
        JWT_SECRET: 'not used here, but it has to be long',
        PUBLIC_URL: 'http://127.0.0.1',
      }),
    });
    for (const _process of kind === 'PostgreSQL' ? [1, 2] : [1]) opened.push(await openDatabase(settings));
    managers.push(...opened.map(({ em }) => em));
  });
  afterAll(async () => {
    for (const orm of opened) await orm.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  return { managers, orms: opened };
}

/** The one of several things that the n-th of a series falls to. */
export function inTurn<T>(things: readonly T[], n: number): T {
  return things[n % things.length] as T;
}
