import type { Configuration } from '@mikro-orm/core';
import { PostgreSqlConnection, PostgreSqlDriver } from '@mikro-orm/postgresql';
import { SqliteConnection, SqliteDriver } from '@mikro-orm/sqlite';
import { SilenceGuard } from './silence-guard.ts';

type Dialect = ReturnType<PostgreSqlConnection['createKyselyDialect'] | SqliteConnection['createKyselyDialect']>;

/**
 * PostgreSQL, with every connection back in the pool when its transaction is over, however it ended, and none in it that
 * waits for an answer.
 */
export class ReturningPostgreSqlDriver extends PostgreSqlDriver {
  constructor(config: Configuration) {
    super(config);
    Object.assign(this, { connection: new ReturningPostgreSqlConnection(config) });
  }
}

/** SQLite, with its one connection free when a transaction is over, however it ended. */
export class ReturningSqliteDriver extends SqliteDriver {
  constructor(config: Configuration) {
    super(config);
    Object.assign(this, { connection: new ReturningSqliteConnection(config) });
  }
}

class ReturningPostgreSqlConnection extends PostgreSqlConnection {
  override createKyselyDialect(options: Parameters<PostgreSqlConnection['createKyselyDialect']>[0]) {
    return returning(super.createKyselyDialect(Object.assign({}, options, { onPoolCreated: SilenceGuard.watch })));
  }
}

class ReturningSqliteConnection extends SqliteConnection {
  override createKyselyDialect(...options: Parameters<SqliteConnection['createKyselyDialect']>) {
    return returning(super.createKyselyDialect(...options));
  }
}

/**
 * Kysely keeps the connection of a transaction whose BEGIN or ROLLBACK fails: on PostgreSQL each that is cut off would
 * take one out of the pool for ever, and on SQLite the first COMMIT on a full disk would hold up all that follow.
 */
function returning<T extends Dialect>(dialect: T): T {
  const create = dialect.createDriver.bind(dialect);
  dialect.createDriver = () => {
    const driver = create();
    const [begin, rollback] = [driver.beginTransaction.bind(driver), driver.rollbackTransaction.bind(driver)];
    driver.beginTransaction = async (connection, settings) => {
      try {
        await begin(connection, settings);
      } catch (error) {
        await driver.releaseConnection(connection);
        throw error;
      }
    };
    // What cannot be rolled back is over already: its connection is dead, or the database did it by itself.
    driver.rollbackTransaction = (connection) => rollback(connection).catch(() => undefined);
    return driver;
  };
  return dialect;
}
