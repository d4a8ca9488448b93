import type { SqliteConnection } from '@mikro-orm/sqlite';
import type { Database, Statement } from 'better-sqlite3';
import type { KeptStatements, StatementValue } from './kept-statements.ts';

/** Kept statements on the one connection to SQLite. A transaction of the ORM holds it, and what comes meanwhile waits. */
export class SqliteStatements implements KeptStatements {
  readonly holding = '';
  private readonly prepared = new Map<string, Statement>();

  constructor(private readonly connection: SqliteConnection) {}

  async rows<Row>(sql: string, values: readonly StatementValue[]): Promise<Row[]> {
    return this.inTurn(sql, (statement) => statement.all(values.map(bound)) as Row[]);
  }

  async change(sql: string, values: readonly StatementValue[]): Promise<number> {
    return this.inTurn(sql, (statement) => statement.run(values.map(bound)).changes);
  }

  alone<T>(_names: readonly string[], work: (statements: KeptStatements) => Promise<T>): Promise<T> {
    return work(this);
  }

  isListed(column: string): string {
    return `${column} in (select value from json_each(?))`;
  }

  listed(texts: readonly string[]): StatementValue {
    return JSON.stringify(texts);
  }

  typed(): string {
    return '?';
  }

  private async inTurn<T>(sql: string, run: (statement: Statement) => T): Promise<T> {
    const database = await this.connection.getNativeClient();
    const executor = this.connection.getClient().getExecutor();
    return executor.provideConnection(async () => run(this.statement(database, sql)));
  }

  private statement(database: Database, sql: string): Statement {
    const known = this.prepared.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    this.prepared.set(sql, statement);
    return statement;
  }
}

/** As MikroORM stores it: a moment as milliseconds since 1970, a truth as 1. */
function bound(value: StatementValue): unknown {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'boolean' ? Number(value) : value;
}
