import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { addressKey } from '../../src/accounts/domain/caller.ts';
import { MikroOrmSessionRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-session.repository.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import { DATABASES, type TestDatabase, useDatabase } from './databases.ts';

/** The migration that gave sessions what their address is counted under, by dialect. */
const ADDRESS_KEYS = { SQLite: 'Migration20261130054014', PostgreSQL: 'Migration20261130054017' };

const NOW = new Date('2026-01-01T12:00:00.123Z');

describe.each(DATABASES)('sessions of an earlier version on %s', (kind) => {
  const database = useDatabase(kind);
  const accountId = randomUUID();

  beforeAll(async () => {
    const { migrator } = database.orms[0] as TestDatabase['orms'][0];
    const later = (await migrator.getExecuted()).map(({ name }) => name);
    for (const name of later.slice(later.indexOf(ADDRESS_KEYS[kind])).reverse()) await migrator.down(name);
    for (const address of ['192.0.2.7', '::ffff:192.0.2.8', '2001:db8::7']) await insert(address);
    await migrator.up();
  });

  /** As a row of that version. */
  async function insert(address: string): Promise<void> {
    const time = (at: Date) => (kind === 'SQLite' ? at.getTime() : at.toISOString());
    const row = {
      ...{ id: randomUUID(), account_id: accountId, token_id: 'token', address, agent: 'a browser', in_cookie: false },
      ...{ refreshed_at: time(NOW), created_at: time(NOW), expires_at: time(secondsAfter(NOW, 60)) },
    };
    const columns = Object.keys(row);
    await database.managers[0]
      ?.getConnection()
      .execute(
        `insert into sessions (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
        Object.values(row),
      );
  }

  test.each([
    ['192.0.2.7', true],
    ['192.0.2.8', true],
    ['192.0.2.9', false],
    ['2001:db8::7', false],
  ])('from %s the account is signed in: %s', async (address, isSignedIn) => {
    const sessions = new MikroOrmSessionRepository(database.managers[0] as TestDatabase['managers'][0]);
    expect(await sessions.isSignedIn(accountId, addressKey(address), NOW)).toBe(isSignedIn);
  });

  test('none is lost', async () => {
    const sessions = new MikroOrmSessionRepository(database.managers[0] as TestDatabase['managers'][0]);
    expect(await sessions.listOf(accountId, NOW)).toHaveLength(3);
  });
});
