/** What a placeholder may stand for. */
export type StatementValue = string | number | bigint | boolean | Date | null | readonly string[];

/**
 * Statements on the hot way (a session, a job by its id, a claim, a result): written out with `?` for each value, and
 * prepared once on each connection.
 *
 * They go under MikroORM, here alone. It writes the values into the text of every statement, so that no two are alike:
 * SQLite compiles each anew, PostgreSQL plans each anew, and one that is built, run and mapped so takes fifty times the
 * CPU of one that is kept. They run on its very connections, in turn with its own statements, and fail with the driver's
 * errors, which `isConnectionLoss` knows too.
 *
 * Write no `select *`: a kept statement would fail once a migration has added a column.
 */
export interface KeptStatements {
  /** The rows that a statement gives, `returning` included. */
  rows<Row>(sql: string, values: readonly StatementValue[]): Promise<Row[]>;
  /** How many rows a statement has changed. */
  change(sql: string, values: readonly StatementValue[]): Promise<number>;
  /**
   * Runs statements while nobody else does under any of these names. SQLite runs one statement at a time, so a single one
   * that looks and writes needs no more; on PostgreSQL it is a transaction that holds a lock for each name.
   */
  alone<T>(names: readonly string[], work: (statements: KeptStatements) => Promise<T>): Promise<T>;
  /** The condition that a column holds one of many texts, which are one value: see `listed`. */
  isListed(column: string, type: 'uuid' | 'text'): string;
  /** The value of that condition. */
  listed(texts: readonly string[]): StatementValue;
  /** A placeholder of a column's type; PostgreSQL cannot tell it where values are selected. */
  typed(columnType: string): string;
  /** Ends a select whose rows shall not be deleted by others before its own transaction is over. */
  readonly holding: string;
}
