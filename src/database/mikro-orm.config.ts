import { join } from 'node:path';
import type { Options } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig as definePostgres } from '@mikro-orm/postgresql';
import { defineConfig as defineSqlite } from '@mikro-orm/sqlite';
import { Logger } from '@nestjs/common';
import { parse } from 'pg-connection-string';
import {
  AccountNameSchema,
  AccountSchema,
  ApiKeySchema,
  MonthlyCountSchema,
  RemovedAccountSchema,
  SessionSchema,
} from '../accounts/infrastructure/sql/account.schema.ts';
import { BatchSchema } from '../image-jobs/infrastructure/sql/batch.schema.ts';
import { IdempotencyClaimSchema } from '../image-jobs/infrastructure/sql/idempotency-claim.schema.ts';
import { ImageJobSchema } from '../image-jobs/infrastructure/sql/image-job.schema.ts';
import { PresetSchema } from '../image-jobs/infrastructure/sql/preset.schema.ts';
import { OperatorError, reasonOf } from '../shared/operator-error.ts';
import { UsageEntrySchema } from '../usage/infrastructure/sql/usage-entry.schema.ts';
import {
  AccountWebhookSecretSchema,
  WebhookDeliverySchema,
  WebhookEndpointSchema,
} from '../webhooks/infrastructure/sql/webhook.schema.ts';
import { ReturningPostgreSqlDriver, ReturningSqliteDriver } from './returned-connections.ts';

/** Connections that one process holds to PostgreSQL, at most. */
const MOST_CONNECTIONS = 10;
/** How long a request waits for one of them, and for the server to accept it. */
const CONNECTION_WAIT_MS = 3000;
/** How much longer than the server's own limit a statement may take, before the server is taken for silent. */
const ANSWER_WAIT_MS = 1000;

/** Path of the embedded database in its data folder. */
export function sqlitePath(dataDir: string): string {
  return join(dataDir, 'imagepro.sqlite');
}

/** The embedded database: SQLite, one file. */
export function sqliteOptions(path: string) {
  return defineSqlite({ driver: ReturningSqliteDriver, dbName: path, ...shared('sqlite') });
}

/**
 * The database of the production profile: PostgreSQL at a URL. It ends a statement that takes longer than
 * `statementSeconds`, if there is such a limit; a connection on which even that is not heard of is thrown away.
 */
export function postgresqlOptions(url: string, statementSeconds?: number) {
  const limit = statementSeconds === undefined ? undefined : statementSeconds * 1000;
  return definePostgres({
    driver: ReturningPostgreSqlDriver,
    clientUrl: url,
    // A name that was mistyped shall not make a database.
    ensureDatabase: false,
    pool: { min: 0, max: MOST_CONNECTIONS },
    driverOptions: {
      connectionTimeoutMillis: CONNECTION_WAIT_MS,
      keepAlive: true,
      ssl: tlsOf(url),
      ...(limit && { statement_timeout: limit, query_timeout: limit + ANSWER_WAIT_MS }),
    },
    ...shared('postgresql'),
  });
}

/**
 * TLS as the URL's parameters ask for it, with PostgreSQL's own meaning of them; MikroORM reads none.
 * @throws OperatorError when a file that they name cannot be read, or is missing
 */
function tlsOf(url: string) {
  try {
    return parse(url, { useLibpqCompat: true }).ssl;
  } catch (error) {
    throw new OperatorError(
      `DATABASE_URL: expected TLS parameters that can be followed, received: ${reasonOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

/** The same classes and tables on both; each dialect has its own migrations. */
function shared(dialect: 'sqlite' | 'postgresql') {
  return {
    contextName: dialect,
    entities: [
      ...[AccountSchema, AccountNameSchema, RemovedAccountSchema, SessionSchema, ApiKeySchema, MonthlyCountSchema],
      ...[ImageJobSchema, IdempotencyClaimSchema, BatchSchema, PresetSchema],
      ...[WebhookEndpointSchema, WebhookDeliverySchema, AccountWebhookSecretSchema],
      UsageEntrySchema,
    ],
    extensions: [Migrator],
    forceUtcTimezone: true,
    // Nothing is changed through objects that the ORM watches. Its watchers, two functions a property of each object,
    // made nine tenths of what it costs to turn a row into a job.
    propagationOnPrototype: false,
    logger: (message) => new Logger('Database').log(message),
    colors: false,
    migrations: {
      path: join(import.meta.dirname, 'migrations', dialect),
      pathTs: `src/database/migrations/${dialect}`,
      snapshotName: 'snapshot',
      snapshotOnMigrate: false,
      emit: 'ts',
    },
  } satisfies Partial<Options>;
}

/** What MikroORM's command line reads; migrations are made and checked without a server. */
export default [sqliteOptions(':memory:'), postgresqlOptions('postgresql://127.0.0.1/imagepro')];
