import type { SqliteConnection } from '@mikro-orm/sqlite';
import type { Database, Statement } from 'better-sqlite3';
import {
  type FindAll,
  type FollowingStatement,
  follow,
  type KeptStatements,
  type StatementValue,
} from './kept-statements.ts';

const NEW_UUID = `lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
  || substr('89ab', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`;

/** Kept statements on the one connection to SQLite. A transaction of the ORM holds it, and what comes meanwhile waits. */
export class SqliteStatements implements KeptStatements {
  readonly newUuid = NEW_UUID;
  readonly holding = '';

  /** Within a transaction the database is its `own`, and there is no turn to wait for. */
  constructor(
    private readonly connection: SqliteConnection,
    private readonly own?: Database,
    private readonly prepared = new Map<string, Statement>(),
  ) {}

  async rows<Row>(sql: string, values: readonly StatementValue[]): Promise<Row[]> {
    return this.inTurn(sql, (statement) => statement.all(values.map(bound)) as Row[]);
  }

  async change(sql: string, values: readonly StatementValue[]): Promise<number> {
    return this.inTurn(sql, (statement) => statement.run(values.map(bound)).changes);
  }

  /** All in one turn of this process: nothing comes between the change and what follows. */
  async changeFollowed(
    sql: string,
    values: readonly StatementValue[],
    following: readonly FollowingStatement[],
  ): Promise<string[][] | null> {
    const conditions = following.map(({ when = 'true' }, n) => `(${when}) as due${n}`);
    const change = `${sql} returning ${['1 as changed', ...conditions].join(', ')}`;
    return this.together([], async (own) => {
      const [changed] = await own.rows<Record<string, unknown>>(change, values);
      if (!changed) return null;
      const told: string[][] = [];
      for (const [n, follower] of following.entries()) told.push(changed[`due${n}`] ? await follow(own, follower) : []);
      return told;
    });
  }

  alone<T>(_names: readonly string[], work: (statements: KeptStatements) => Promise<T>): Promise<T> {
    return work(this);
  }

  together<T>(_names: readonly string[], work: (statements: KeptStatements) => Promise<T>): Promise<T> {
    return this.transaction((database) => work(new SqliteStatements(this.connection, database, this.prepared)));
  }

  finder<T>(findAll: FindAll<T>): (id: string) => Promise<T | null> {
    return async (id) => (await findAll([id])).get(id) ?? null;
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
    if (this.own) return run(this.statement(this.own, sql));
    return this.alternating(async (database) => run(this.statement(database, sql)));
  }

  /** Within another one, a part of it. */
  private transaction<T>(work: (database: Database) => Promise<T>): Promise<T> {
    if (this.own) return work(this.own);
    return this.alternating(async (database) => {
      database.exec('begin immediate');
      try {
        const result = await work(database);
        database.exec('commit');
        return result;
      } catch (error) {
        // A full disk has SQLite roll back by itself.
        if (database.inTransaction) database.exec('rollback');
        throw error;
      }
    });
  }

  /** Works on the connection while no transaction of the ORM holds it. */
  private async alternating<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const database = await this.connection.getNativeClient();
    const executor = this.connection.getClient().getExecutor();
    return executor.provideConnection(() => work(database));
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
