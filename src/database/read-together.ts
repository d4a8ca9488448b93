import DataLoader from 'dataloader';
import type { FindAll } from './kept-statements.ts';

/** Most rows that one statement looks for. */
const READ_AT_ONCE = 500;

/**
 * Makes of a statement that finds many a function that finds one: what is asked for at the same moment, by many who poll
 * or were woken, is read by one statement. Nothing is remembered.
 */
export function readTogether<T>(findAll: FindAll<T>): (id: string) => Promise<T | null> {
  const loader = new DataLoader<string, T | null>(
    async (ids) => {
      const found = await findAll([...new Set(ids)]);
      return ids.map((id) => found.get(id) ?? null);
    },
    { cache: false, maxBatchSize: READ_AT_ONCE, batchScheduleFn: setImmediate },
  );
  return (id) => loader.load(id);
}
