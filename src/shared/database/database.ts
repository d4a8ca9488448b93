import { chmodSync, mkdirSync } from 'node:fs';
import { MikroORM } from '@mikro-orm/sqlite';
import type { Settings } from '../../settings.ts';
import { sqliteOptions, sqlitePath } from './mikro-orm.config.ts';

/** Opens the database of these settings and brings its tables up to date. */
export async function openDatabase({ storage }: Settings): Promise<MikroORM> {
  mkdirSync(storage.dataDir, { recursive: true, mode: 0o700 });
  const path = sqlitePath(storage.dataDir);
  const orm = await MikroORM.init(sqliteOptions(path));
  await prepareSqlite(orm);
  chmodSync(path, 0o600);
  await orm.migrator.up();
  return orm;
}

/**
 * WAL lets the operator's command line read and write beside the service. FULL flushes each commit, so that what was
 * answered survives a power cut.
 */
async function prepareSqlite(orm: MikroORM): Promise<void> {
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'busy_timeout = 5000']) {
    await orm.em.getConnection().execute(`pragma ${pragma}`);
  }
}
