/** What a placeholder may stand for. */
export type StatementValue = string | number | bigint | boolean | Date | null | readonly string[];

/** Finds the rows of many ids by one statement. */
export type FindAll<T> = (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>;

/** A statement that is written along with a change of one row, if that row is changed, and not without it. */
export interface FollowingStatement {
  /** It writes what it selects from `changed`: a table of one row if the row is changed, and of none otherwise. */
  readonly sql: string;
  readonly values: readonly StatementValue[];
  /** A condition on the changed row without which it would write nothing, so that it can be spared. */
  readonly when?: string;
  /** A text of each row that it writes, as `returning` gives it, for whoever is to be told. */
  readonly tells?: string;
}

/** Writes a following statement by itself, where what it follows has been written; what it tells. */
export async function follow(
  statements: KeptStatements,
  { sql, values, tells = 'null' }: FollowingStatement,
): Promise<string[]> {
  const whole = `with changed as (select 1) ${sql} returning ${tells} as told`;
  return (await statements.rows<{ told: string }>(whole, values)).map(({ told }) => told);
}

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
   * Changes one row, and writes along with it what follows: all of it, or nothing. On PostgreSQL it is one statement, on
   * SQLite one transaction. Gives what each following statement tells, in their order; null when no row was changed.
   */
  changeFollowed(
    sql: string,
    values: readonly StatementValue[],
    following: readonly FollowingStatement[],
  ): Promise<string[][] | null>;
  /**
   * Runs statements while nobody else does under any of these names. SQLite runs one statement at a time, so a single one
   * that looks and writes needs no more; on PostgreSQL it is a transaction that holds a lock for each name.
   */
  alone<T>(names: readonly string[], work: (statements: KeptStatements) => Promise<T>): Promise<T>;
  /** The same for several statements: all of their changes become visible at one moment, or none is made. */
  together<T>(names: readonly string[], work: (statements: KeptStatements) => Promise<T>): Promise<T>;
  /**
   * Makes of a statement that finds many a function that finds one. PostgreSQL reads what is asked for at the same moment by
   * one statement; SQLite, with no way to a server to be spared, reads each at once.
   */
  finder<T>(findAll: FindAll<T>): (id: string) => Promise<T | null>;
  /** The condition that a column holds one of many texts, which are one value: see `listed`. */
  isListed(column: string, type: 'uuid' | 'text'): string;
  /** The value of that condition. */
  listed(texts: readonly string[]): StatementValue;
  /** A placeholder of a column's type; PostgreSQL cannot tell it where values are selected. */
  typed(columnType: string): string;
  /** A new random UUID (version 4), made by the database. */
  readonly newUuid: string;
  /** Ends a select whose rows shall not be deleted by others before its own transaction is over. */
  readonly holding: string;
}
