import { Logger } from '@nestjs/common';
import { migrate } from '../database/database.ts';
import { ensureBucket, s3Client } from '../image-jobs/infrastructure/files/s3-client.ts';
import { loadSettings } from '../settings/load-settings.ts';
import { toldAtExit } from '../shared/operator-error.ts';

/** `npm run migrate`: tables up to date and the bucket there, once, before the processes of a new version start. */
let fault = 'The tables cannot be brought up to date.';
try {
  // What was done is said at the end; the migrator's own lines are for services.
  Logger.overrideLogger(['warn', 'error', 'fatal']);
  const settings = loadSettings(process.env);
  const done = await migrate(settings);
  process.stderr.write(done.length === 0 ? 'The tables are up to date.\n' : `Done: ${done.join(', ')}.\n`);
  fault = 'The bucket cannot be used.';
  const { s3 } = settings;
  if (s3.bucket !== null) await ensureBucket(s3Client(s3), s3.bucket);
} catch (error) {
  process.stderr.write(`${fault}\n${toldAtExit(error)}\n`);
  process.exit(1);
}
