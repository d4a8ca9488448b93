import { join } from 'node:path';
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type Options } from '@mikro-orm/sqlite';
import { Logger } from '@nestjs/common';
import { AccountNameSchema, AccountSchema, SessionSchema } from '../../accounts/infrastructure/account.schema.ts';
import { IdempotencyClaimSchema } from '../../image-jobs/infrastructure/idempotency-claim.schema.ts';
import { ImageJobSchema } from '../../image-jobs/infrastructure/image-job.schema.ts';

/** Path of the embedded database in its data folder. */
export function sqlitePath(dataDir: string): string {
  return join(dataDir, 'imagepro.sqlite');
}

/** The embedded database: SQLite, one file. */
export function sqliteOptions(path: string): Options {
  return defineConfig({
    dbName: path,
    entities: [AccountSchema, AccountNameSchema, SessionSchema, ImageJobSchema, IdempotencyClaimSchema],
    extensions: [Migrator],
    forceUtcTimezone: true,
    logger: (message) => new Logger('Database').log(message),
    colors: false,
    migrations: {
      path: join(import.meta.dirname, 'migrations/sqlite'),
      pathTs: 'src/shared/database/migrations/sqlite',
      snapshotName: 'snapshot',
      emit: 'ts',
    },
  });
}

/** What MikroORM's command line reads. */
export default sqliteOptions(':memory:');
