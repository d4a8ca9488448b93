import { loadSettings } from './load-settings.ts';
import { migrate } from './shared/database/database.ts';

/** `npm run migrate`: brings the tables up to date, once, before the processes of a new version start. */
try {
  const done = await migrate(loadSettings(process.env));
  process.stderr.write(done.length === 0 ? 'The tables are up to date.\n' : `Done: ${done.join(', ')}.\n`);
} catch (error) {
  process.stderr.write(`The tables cannot be brought up to date.\n${(error as Error).message}\n`);
  process.exit(1);
}
