import { join } from 'node:path';
import Database from 'better-sqlite3';
import { OperatorError } from './operator-error.ts';
import { assertWritable } from './writable-folder.ts';

/** Another process serves from this data folder. */
export class DataFolderInUse extends OperatorError {
  constructor(dataDir: string) {
    super(
      `Expected DATA_DIR to be used by no other process, received ${dataDir}, which a running service holds, or a command that changes its tables. Stop that one, or set DATA_DIR to another folder.`,
    );
  }
}

/** By folder. Kept for as long as they are held: a database that is collected as garbage is closed, and its lock is gone. */
const held = new Map<string, Database.Database>();

/**
 * Holds a data folder for this process, by an SQLite lock: the kernel frees it when the process dies, however it dies.
 * Libraries for lock files go by a file's age or a pid, and so keep a dead one's lock, or give away that of a busy one.
 * @throws DataFolderInUse; OperatorError when nothing can be written there
 */
export function lockDataFolder(dataDir: string): { release(): void } {
  assertWritable(dataDir);
  const lock = new Database(join(dataDir, 'lock.sqlite'), { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') throw new DataFolderInUse(dataDir);
    throw error;
  }
  held.set(dataDir, lock);
  const release = () => {
    held.delete(dataDir);
    lock.close();
  };
  return { release };
}

/**
 * Does what nobody else may see half done. A process that holds the folder goes on holding it afterwards.
 * @throws DataFolderInUse; OperatorError when nothing can be written there
 */
export async function aloneIn<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  if (held.has(dataDir)) return work();
  const lock = lockDataFolder(dataDir);
  try {
    return await work();
  } finally {
    lock.release();
  }
}
