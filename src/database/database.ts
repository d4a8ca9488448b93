import { chmodSync, mkdirSync } from 'node:fs';
import type { MikroORM } from '@mikro-orm/core';
import { MikroORM as PostgreSql } from '@mikro-orm/postgresql';
import { MikroORM as Sqlite } from '@mikro-orm/sqlite';
import type { DeploymentSettings } from '../shared/deployment.settings.ts';
import type { StorageSettings } from '../shared/storage.settings.ts';
import { postgresqlOptions, sqliteOptions, sqlitePath } from './mikro-orm.config.ts';

/** Tables are older than this version of the service. */
export class MigrationsPending extends Error {
  constructor(names: string[]) {
    super(
      `DATABASE_URL: expected a database whose migrations are done, received one without ${names.join(', ')}. Run "npm run migrate" once, before the processes of this version start.`,
    );
    this.name = 'MigrationsPending';
  }
}

/** Any number that other users of the same database do not lock. */
const MIGRATION_LOCK = 7_201_984_615;

/** Where the database is: a server, or a file in the data folder. */
interface DatabaseSettings {
  readonly deployment: DeploymentSettings;
  readonly storage: StorageSettings;
}

/**
 * Opens the database of these settings. SQLite brings its tables up to date by itself; PostgreSQL has them brought up to
 * date by `migrate`, as a step of its own.
 * @throws MigrationsPending
 */
export function openDatabase({ deployment, storage }: DatabaseSettings): Promise<MikroORM> {
  return deployment.databaseUrl === null ? openSqlite(storage.dataDir) : openPostgreSql(deployment.databaseUrl);
}

/** Brings the tables up to date and returns the names of the migrations that were run; of many at once, one runs them. */
export async function migrate({ deployment, storage }: DatabaseSettings): Promise<string[]> {
  if (deployment.databaseUrl === null) {
    await (await openSqlite(storage.dataDir)).close();
    return [];
  }
  const orm = await PostgreSql.init(postgresqlOptions(deployment.databaseUrl));
  try {
    return await orm.em.transactional(async (em) => {
      await em.execute(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
      const done = await orm.migrator.up({ transaction: em.getTransactionContext() });
      return done.map(({ name }) => name);
    });
  } finally {
    await orm.close();
  }
}

async function openSqlite(dataDir: string): Promise<MikroORM> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = sqlitePath(dataDir);
  const orm = await Sqlite.init(sqliteOptions(path));
  await prepareSqlite(orm);
  chmodSync(path, 0o600);
  await orm.migrator.up();
  return orm;
}

/**
 * WAL lets the operator's command line read and write beside the service. With NORMAL a commit survives the death of the
 * process, however it dies, and a power cut leaves the database whole, without the last commits: flushing each of them
 * would hold up all requests for milliseconds.
 */
async function prepareSqlite(orm: Sqlite): Promise<void> {
  for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL', 'busy_timeout = 5000']) {
    await orm.em.getConnection().execute(`pragma ${pragma}`);
  }
}

async function openPostgreSql(url: string): Promise<MikroORM> {
  const orm = await PostgreSql.init(postgresqlOptions(url));
  const pending = await orm.migrator.getPending();
  if (pending.length === 0) return orm;
  await orm.close();
  throw new MigrationsPending(pending.map(({ name }) => name));
}
