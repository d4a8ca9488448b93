import type { EntityManager } from '@mikro-orm/core';
import { PostgreSqlConnection } from '@mikro-orm/postgresql';
import { SqliteConnection } from '@mikro-orm/sqlite';
import type { KeptStatements } from './kept-statements.ts';
import { PostgreSqlStatements } from './postgresql-statements.ts';
import { SqliteStatements } from './sqlite-statements.ts';

/** The kept statements of an entity manager's database. */
export function keptStatements(em: EntityManager): KeptStatements {
  const connection = em.getConnection();
  if (connection instanceof SqliteConnection) return new SqliteStatements(connection);
  if (connection instanceof PostgreSqlConnection) return new PostgreSqlStatements(connection);
  throw new Error(`Expected a connection to SQLite or PostgreSQL, received a ${connection.constructor.name}`);
}
