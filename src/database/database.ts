import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { parse } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { MikroORM as PostgreSql } from '@mikro-orm/postgresql';
import { MikroORM as Sqlite } from '@mikro-orm/sqlite';
import { aloneIn, DataFolderInUse } from '../shared/data-folder-lock.ts';
import type { DeploymentSettings } from '../shared/deployment.settings.ts';
import { OperatorError, reasonOf } from '../shared/operator-error.ts';
import type { StorageSettings } from '../shared/storage.settings.ts';
import { postgresqlOptions, sqliteOptions, sqlitePath } from './mikro-orm.config.ts';

/** Tables are older than this version of the service. */
class MigrationsPending extends OperatorError {
  constructor(names: string[]) {
    super(
      `DATABASE_URL: expected a database whose migrations are done, received one without ${names.join(', ')}. Run the migrate command once, before the processes of this version start.`,
    );
  }
}

/** The same of the embedded database, beside another process, whose tables must not be changed under its hands. */
class MigrationsBeside extends OperatorError {
  constructor(dataDir: string, names: string[]) {
    super(
      `DATA_DIR: expected a database whose migrations are done, or one that no other process uses, received one in ${dataDir} without ${names.join(', ')}, which another process holds. Stop the service of the other version first; this version's brings its tables up to date as it starts.`,
    );
  }
}

/** Tables are newer than this version of the service, which would write into them what they do not take. */
class DatabaseNewer extends OperatorError {
  constructor(variable: 'DATABASE_URL' | 'DATA_DIR', names: string[]) {
    super(
      `${variable}: expected a database of this version of the service or an older one, received one with ${names.join(', ')} done. Start the version that did that, or restore a backup from before it.`,
    );
  }
}

/** PostgreSQL is away, or does not let the service in. What it says repeats no password. */
class DatabaseUnreachable extends OperatorError {
  constructor(cause: unknown) {
    super(`DATABASE_URL: expected a PostgreSQL that answers and lets this service in, received: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

/** The file of the embedded database is damaged, or cannot be written to. */
class DatabaseFileUnusable extends OperatorError {
  constructor(path: string, cause: unknown) {
    super(
      `DATA_DIR: expected an undamaged database that this process may write to in ${path}, received: ${reasonOf(cause)}. Restore it from a backup, or move it away to begin with an empty one.`,
      { cause },
    );
  }
}

/** What SQLite says of a file that it cannot work with. */
const FILE_FAULTS = /^SQLITE_(NOTADB|CORRUPT|CANTOPEN|READONLY|IOERR|PERM)/;
/** How often a start looks for a server that says nothing: a machine on which much starts at once may just be busy. */
const MOST_LOOKS = 3;
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
 * @throws OperatorError that says what is wrong with it
 */
export function openDatabase({ deployment, storage }: DatabaseSettings): Promise<MikroORM> {
  const { databaseUrl, statementSeconds } = deployment;
  return databaseUrl === null ? openSqlite(storage.dataDir) : openPostgreSql(databaseUrl, statementSeconds);
}

/**
 * Rejects while the database answers no change: a change of no rows asks for all that a change asks for, and writes
 * nothing.
 */
export async function checkDatabase(orm: MikroORM): Promise<void> {
  await orm.em.fork().getConnection().execute('update mikro_orm_migrations set name = name where 1 = 0', [], 'run');
}

/**
 * Brings the tables up to date, however long that takes; of many at once, one does.
 * Returns the names of the migrations that were run.
 */
export async function migrate({ deployment, storage }: DatabaseSettings): Promise<string[]> {
  if (deployment.databaseUrl === null) {
    const { orm, done } = await upToDateSqlite(storage.dataDir);
    await orm.close();
    return done;
  }
  const orm = await PostgreSql.init(postgresqlOptions(deployment.databaseUrl));
  try {
    await reach(orm);
    await assertNotNewer(orm, 'DATABASE_URL');
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
  return (await upToDateSqlite(dataDir)).orm;
}

/** The database, and the names of the migrations that were run. */
async function upToDateSqlite(dataDir: string): Promise<{ orm: MikroORM; done: string[] }> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = sqlitePath(dataDir);
  try {
    const orm = await Sqlite.init(sqliteOptions(path));
    await prepareSqlite(orm);
    chmodSync(path, 0o600);
    await assertNotNewer(orm, 'DATA_DIR');
    return { orm, done: await migrateAlone(orm, dataDir) };
  } catch (error) {
    throw FILE_FAULTS.test((error as { code?: string }).code ?? '') ? new DatabaseFileUnusable(path, error) : error;
  }
}

/** Changes tables only where no other process serves from them, or changes them. */
async function migrateAlone({ migrator }: MikroORM, dataDir: string): Promise<string[]> {
  const pending = (await migrator.getPending()).map(({ name }) => name);
  if (pending.length === 0) return [];
  try {
    return (await aloneIn(dataDir, () => migrator.up())).map(({ name }) => name);
  } catch (error) {
    throw error instanceof DataFolderInUse ? new MigrationsBeside(dataDir, pending) : error;
  }
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

async function openPostgreSql(url: string, statementSeconds: number): Promise<MikroORM> {
  const orm = await PostgreSql.init(postgresqlOptions(url, statementSeconds));
  try {
    await reach(orm);
    await assertNotNewer(orm, 'DATABASE_URL');
    const pending = await orm.migrator.getPending();
    if (pending.length > 0) throw new MigrationsPending(pending.map(({ name }) => name));
    return orm;
  } catch (error) {
    await orm.close();
    throw error;
  }
}

async function assertNotNewer(orm: MikroORM, variable: 'DATABASE_URL' | 'DATA_DIR'): Promise<void> {
  const known = new Set(readdirSync(orm.config.get('migrations').path as string).map((file) => parse(file).name));
  const newer = (await orm.migrator.getExecuted()).map(({ name }) => name).filter((name) => !known.has(name));
  if (newer.length > 0) throw new DatabaseNewer(variable, newer);
}

/** Without this, a server that is away would look like one whose migrations are to be done. */
async function reach(orm: MikroORM): Promise<void> {
  for (let look = 1; ; look += 1) {
    try {
      await orm.em.getConnection().execute('select 1');
      return;
    } catch (error) {
      if (look === MOST_LOOKS || !/timeout/.test(reasonOf(error))) throw new DatabaseUnreachable(error);
    }
  }
}
