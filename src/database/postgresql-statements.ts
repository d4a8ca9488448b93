import { createHash } from 'node:crypto';
import type { PostgreSqlConnection } from '@mikro-orm/postgresql';
import type { FindAll, FollowingStatement, KeptStatements, StatementValue } from './kept-statements.ts';
import { readTogether } from './read-together.ts';

type Pool = Awaited<ReturnType<PostgreSqlConnection['getNativeClient']>>;

/** What runs a statement: the pool, on whichever connection is free, or the one connection of a transaction. */
type Queryable = Pick<Pool, 'query'>;

/** A statement as the driver keeps it: a connection plans it when it first meets its name. */
interface NamedStatement {
  readonly name: string;
  readonly text: string;
}

const LOCK = 'select pg_advisory_xact_lock(hashtextextended(?, 0))';

/** Kept statements on the pool of connections to PostgreSQL. One that fails takes its connection out of the pool. */
export class PostgreSqlStatements implements KeptStatements {
  readonly newUuid = 'gen_random_uuid()';
  readonly holding = ' for key share';
  private readonly named = new Map<string, NamedStatement>();

  constructor(
    private readonly connection: PostgreSqlConnection,
    private readonly transaction?: Queryable,
  ) {}

  async rows<Row>(sql: string, values: readonly StatementValue[]): Promise<Row[]> {
    return (await this.query(sql, values)).rows as Row[];
  }

  async change(sql: string, values: readonly StatementValue[]): Promise<number> {
    return (await this.query(sql, values)).rowCount ?? 0;
  }

  async changeFollowed(
    sql: string,
    values: readonly StatementValue[],
    following: readonly FollowingStatement[],
  ): Promise<string[][] | null> {
    const writes = following.map(({ sql, tells = 'null' }, n) => `follower${n} as (${sql} returning ${tells} as told)`);
    const told = following.map((_, n) => ` union all select ${n}, told::text from follower${n}`);
    const whole = `with ${[`changed as (${sql} returning 1)`, ...writes].join(', ')}
      select -1 as follower, null as told from changed${told.join('')}`;
    const rows = await this.rows<{ follower: number; told: string }>(whole, [
      ...values,
      ...following.flatMap((follower) => follower.values),
    ]);
    if (rows.length === 0) return null;
    return following.map((_, n) => rows.filter(({ follower }) => follower === n).map((row) => row.told));
  }

  /** A transaction that fails is given up with its connection: the server rolls back what it has left. */
  async alone<T>(names: readonly string[], work: (statements: KeptStatements) => Promise<T>): Promise<T> {
    const client = await (await this.connection.getNativeClient()).connect();
    let failure: Error | undefined;
    try {
      await client.query('begin');
      const own = new PostgreSqlStatements(this.connection, client);
      for (const name of names) await own.rows(LOCK, [name]);
      const result = await work(own);
      await client.query('commit');
      return result;
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      client.release(failure);
    }
  }

  together<T>(names: readonly string[], work: (statements: KeptStatements) => Promise<T>): Promise<T> {
    return this.alone(names, work);
  }

  finder<T>(findAll: FindAll<T>): (id: string) => Promise<T | null> {
    return readTogether(findAll);
  }

  isListed(column: string, type: 'uuid' | 'text'): string {
    return `${column} = any(?::${type}[])`;
  }

  listed(texts: readonly string[]): StatementValue {
    return texts;
  }

  /** Without its length: a cast would cut what the column itself refuses. */
  typed(columnType: string): string {
    return `?::${columnType.replace(/\(.*\)$/, '')}`;
  }

  private async query(sql: string, values: readonly StatementValue[]) {
    const { name, text } = this.statement(sql);
    const queryable = this.transaction ?? (await this.connection.getNativeClient());
    return queryable.query({ name, text, values: values as StatementValue[] });
  }

  private statement(sql: string): NamedStatement {
    const known = this.named.get(sql);
    if (known) return known;
    let values = 0;
    const text = sql.replaceAll('?', () => `$${++values}`);
    const statement = { name: createHash('sha256').update(text).digest('hex').slice(0, 32), text };
    this.named.set(sql, statement);
    return statement;
  }
}
