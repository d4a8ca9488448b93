import { migrate } from '../database/database.ts';
import { ensureBucket, s3Client } from '../image-jobs/infrastructure/files/s3-client.ts';
import { loadSettings } from '../settings/load-settings.ts';
import { toldAtExit } from '../shared/operator-error.ts';

/** `npm run migrate`: tables up to date and the bucket there, once, before the processes of a new version start. */
try {
  const settings = loadSettings(process.env);
  const done = await migrate(settings);
  const { s3 } = settings;
  if (s3.bucket !== null) await ensureBucket(s3Client(s3), s3.bucket);
  process.stderr.write(done.length === 0 ? 'The tables are up to date.\n' : `Done: ${done.join(', ')}.\n`);
} catch (error) {
  process.stderr.write(`The tables cannot be brought up to date.\n${toldAtExit(error)}\n`);
  process.exit(1);
}
