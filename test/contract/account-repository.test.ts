import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { Account } from '../../src/accounts/domain/account.ts';
import { ApiKey } from '../../src/accounts/domain/api-key.ts';
import { ownerKeyOf } from '../../src/accounts/domain/caller.ts';
import { newKeyText } from '../../src/accounts/domain/key-text.ts';
import { Session } from '../../src/accounts/domain/session.ts';
import { MikroOrmAccountRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-account.repository.ts';
import { MikroOrmApiKeyRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-api-key.repository.ts';
import { MikroOrmSessionRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-session.repository.ts';
import { SqlMonthlyImages } from '../../src/accounts/infrastructure/sql/sql-monthly-images.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';

const NOW = new Date('2026-01-01T12:00:00.123Z');

function account(username: string, email = `${username}@example.com`): Account {
  return Account.register(randomUUID(), username, email, 'a hash', NOW);
}

function sessionOf(accountId: string): Session {
  const life = { refreshTokenSeconds: 600, sessionSeconds: 3600 };
  const client = { address: '192.0.2.1', agent: 'a browser', inCookie: false };
  return Session.open({ session: randomUUID(), token: 'token-1' }, accountId, client, NOW, life);
}

function keyOf(accountId: string): ApiKey {
  const wish = { name: 'import', scopes: ['images:read'] as const, expiresAt: secondsAfter(NOW, 60) };
  return ApiKey.make(randomUUID(), accountId, wish, newKeyText(), NOW);
}

describe.each(DATABASES)('AccountRepository on %s', (kind) => {
  const database = useDatabase(kind);
  let repositories: MikroOrmAccountRepository[];
  let accounts: MikroOrmAccountRepository;
  beforeAll(() => {
    repositories = database.managers.map((em) => new MikroOrmAccountRepository(em));
    accounts = inTurn(repositories, 0);
  });

  test('gives back what was added, by id, name and e-mail', async () => {
    const ada = account('Ada');
    expect(await accounts.add(ada)).toBe('added');
    expect(await accounts.find(ada.id)).toEqual(ada);
    expect(await accounts.find(ada.id)).toBeInstanceOf(Account);
    expect(await accounts.findByName('ada')).toEqual(ada);
    expect(await accounts.findByName('ada@example.com')).toEqual(ada);
  });

  test.each(['nobody', 'no\0body', ''])('knows nobody named %o', async (name) => {
    expect(await accounts.findByName(name)).toBeNull();
  });

  test('says which name is taken, in one space and without regard to case', async () => {
    expect(await accounts.add(account('bob@example.com', 'bob@example.com'))).toBe('added');
    expect(await accounts.add(account('robert', 'BOB@example.com'))).toBe('email_taken');
    expect(await accounts.add(account('Bob@Example.com', 'other@example.com'))).toBe('username_taken');
    expect(await accounts.findByName('robert')).toBeNull();
  });

  test('keeps the longest names', async () => {
    // Each of these letters is 18 when it is folded for comparison.
    const long = account('ﷺ'.repeat(150), 'long@example.com');
    expect(await accounts.add(long)).toBe('added');
    expect(await accounts.findByName(long.usernameKey)).toEqual(long);
  });

  test('of twenty at once, one gets the name', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => inTurn(repositories, n).add(account('popular', `popular-${n}@example.com`))),
    );
    expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'username_taken')).toHaveLength(19);
  });

  test('changes the password, disables, enables, removes', async () => {
    const eve = account('eve');
    await accounts.add(eve);
    expect(await accounts.changePassword(eve.id, { to: 'another hash' })).toBe(true);
    await accounts.disable(eve.id, NOW);
    expect(await accounts.find(eve.id)).toMatchObject({ passwordHash: 'another hash', disabledAt: NOW });
    await accounts.enable(eve.id);
    expect(await accounts.find(eve.id)).toMatchObject({ disabledAt: null });
    await accounts.remove(eve.id);
    expect(await accounts.find(eve.id)).toBeNull();
    expect(await accounts.add(account('eve'))).toBe('added');
  });

  test('changes a password that is the confirmed one, and ends with it all sessions, and keys if asked', async () => {
    const [one, other] = [account('changes'), account('keeps')];
    for (const each of [one, other]) await accounts.add(each);
    const [owned, ofOther] = [await ownedBy(one.id), await ownedBy(other.id)];
    const change = (from: string, to: string, revokeKeys = false) =>
      accounts.changePassword(one.id, { from, to, revokeKeys });
    expect([await change('not the hash', 'new'), await owned()]).toEqual([false, [1, 1, 7]]);
    expect([await change('a hash', 'new'), await owned()]).toEqual([true, [0, 1, 7]]);
    expect([await change('new', 'newer', true), await owned()]).toEqual([true, [0, 0, 7]]);
    expect([await ofOther(), await accounts.find(other.id)]).toEqual([[1, 1, 7], other]);
    const second = await ownedBy(one.id);
    await accounts.disable(one.id, NOW);
    expect((await second())[0]).toBe(0);
  });

  test('of twenty changes of one confirmed password one is made', async () => {
    const one = account('contested');
    await accounts.add(one);
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        inTurn(repositories, n).changePassword(one.id, { from: 'a hash', to: `hash ${n}` }),
      ),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    expect((await accounts.find(one.id))?.passwordHash).toBe(`hash ${made.indexOf(true)}`);
  });

  test('removes with an account its sessions, keys and counts, and remembers it until all it owns is gone', async () => {
    const [gone, other] = [account('gone'), account('stays')];
    for (const each of [gone, other]) await accounts.add(each);
    const owned = [await ownedBy(gone.id), await ownedBy(other.id)] as const;
    expect(await owned[0]()).toEqual([1, 1, 7]);
    for (const repository of repositories) await repository.remove(gone.id);
    expect([await owned[0](), await owned[1]()]).toEqual([
      [0, 0, 0],
      [1, 1, 7],
    ]);
    expect(await accounts.removed()).toContain(gone.id);
    expect(await accounts.removed()).not.toContain(other.id);
    await accounts.forgetRemoved(gone.id);
    expect(await accounts.removed()).not.toContain(gone.id);
  });

  /** Gives an account a session, a key and a count; what counts them. */
  async function ownedBy(id: string): Promise<() => Promise<number[]>> {
    const em = inTurn(database.managers, 1);
    const [sessions, keys, months] = [
      new MikroOrmSessionRepository(em),
      new MikroOrmApiKeyRepository(em),
      new SqlMonthlyImages(em),
    ];
    const session = sessionOf(id);
    await sessions.add(session, 'a hash');
    await keys.add(keyOf(id), 50, session.id);
    await months.begin(ownerKeyOf(id), '2026-01', 7);
    return async () => [
      (await sessions.listOf(id, NOW)).length,
      (await keys.listOf(id)).length,
      await months.accepted(ownerKeyOf(id), '2026-01'),
    ];
  }
});
