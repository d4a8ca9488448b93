import { openDatabase } from '../../src/database/database.ts';
import type { Settings } from '../../src/settings/settings.ts';

/** Runs one statement on the database of these settings, beside the service that uses it; the rows that it gives. */
export async function execute(settings: Settings, statement: string): Promise<object[]> {
  const orm = await openDatabase(settings);
  try {
    return await orm.em.getConnection().execute(statement);
  } finally {
    await orm.close();
  }
}
