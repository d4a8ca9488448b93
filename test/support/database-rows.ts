import { openDatabase } from '../../src/database/database.ts';
import type { Settings } from '../../src/settings/settings.ts';

/** Runs one statement on the database of these settings, beside the service that uses it. */
export async function execute(settings: Settings, statement: string): Promise<void> {
  const orm = await openDatabase(settings);
  try {
    await orm.em.getConnection().execute(statement);
  } finally {
    await orm.close();
  }
}
