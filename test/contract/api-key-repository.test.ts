import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { Account } from '../../src/accounts/domain/account.ts';
import { ApiKey } from '../../src/accounts/domain/api-key.ts';
import { newKeyText } from '../../src/accounts/domain/key-text.ts';
import { Session } from '../../src/accounts/domain/session.ts';
import { MikroOrmAccountRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-account.repository.ts';
import { MikroOrmApiKeyRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-api-key.repository.ts';
import { MikroOrmSessionRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-session.repository.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';

const CLIENT = { address: '192.0.2.1', agent: 'a browser', inCookie: false };
const LIFE = { refreshTokenSeconds: 600, sessionSeconds: 3600 };
const NOW = new Date('2026-01-01T12:00:00.123Z');

function keyOf(accountId: string, madeAt = NOW): ApiKey {
  const wish = { name: 'Nächtlicher Import', scopes: ['images:read'] as const, expiresAt: secondsAfter(NOW, 60) };
  return ApiKey.make(randomUUID(), accountId, wish, newKeyText(), madeAt);
}

describe.each(DATABASES)('ApiKeyRepository on %s', (kind) => {
  const database = useDatabase(kind);
  let repositories: MikroOrmApiKeyRepository[];
  let keys: MikroOrmApiKeyRepository;
  let accounts: MikroOrmAccountRepository;
  let sessions: MikroOrmSessionRepository;
  beforeAll(() => {
    repositories = database.managers.map((em) => new MikroOrmApiKeyRepository(em));
    keys = inTurn(repositories, 0);
    accounts = new MikroOrmAccountRepository(inTurn(database.managers, 0));
    sessions = new MikroOrmSessionRepository(inTurn(database.managers, 0));
  });

  /** An account that is signed in. */
  async function newAccount(): Promise<string> {
    const id = randomUUID();
    await accounts.add(Account.register(id, `n${id}`, `${id}@example.com`, 'hash', NOW));
    await sessions.add(Session.open({ session: id, token: 'token' }, id, CLIENT, NOW, LIFE), 'hash');
    return id;
  }

  /** What the session of the key's account asks for, which has the account's own id here. */
  function add(key: ApiKey, most = 50, n = 0) {
    return inTurn(repositories, n).add(key, most, key.accountId);
  }

  test('gives back what was added, by its prefix', async () => {
    const key = keyOf(await newAccount());
    expect(await add(key)).toBe('added');
    expect(await keys.findByPrefix(key.prefix)).toEqual(key);
    expect(await keys.findByPrefix(key.prefix)).toBeInstanceOf(ApiKey);
    expect(await keys.findByPrefix(newKeyText().prefix)).toBeNull();
  });

  test("proves who calls, with the account's own policy", async () => {
    const key = keyOf(await newAccount());
    await add(key);
    expect(await keys.prove(key.prefix)).toEqual({ of: key, ownPolicy: null });
    await accounts.changePolicy(key.accountId, { activeJobs: 7 });
    expect(await keys.prove(key.prefix)).toEqual({ of: key, ownPolicy: { activeJobs: 7 } });
    expect(await keys.prove(newKeyText().prefix)).toBeNull();
  });

  test('gives each of many who ask at the same moment the key of their own prefix', async () => {
    const made = [];
    for (let n = 0; n < 5; n += 1) made.push(keyOf(await newAccount()));
    for (const key of made) await add(key);
    const wanted = [...made, ...made, { prefix: newKeyText().prefix }];
    const found = await Promise.all(wanted.map(({ prefix }) => keys.findByPrefix(prefix)));
    expect(found).toEqual([...made, ...made, null]);
  });

  test('of twenty that are added at once, no more than the account may have', async () => {
    const accountId = await newAccount();
    const added = await Promise.all(Array.from({ length: 20 }, (_, n) => add(keyOf(accountId), 5, n)));
    expect(added.filter((outcome) => outcome === 'added')).toHaveLength(5);
    expect(added.filter((outcome) => outcome === 'too_many_keys')).toHaveLength(15);
    expect(await keys.listOf(accountId)).toHaveLength(5);
  });

  test('adds none to an account that is gone, nor for a session that has ended', async () => {
    expect(await add(keyOf(randomUUID()))).toBe('shut_out');
    const accountId = await newAccount();
    for (const sessionId of [null, await newAccount()]) {
      expect(await keys.add(keyOf(accountId), 50, sessionId)).toBe('shut_out');
    }
    await sessions.end(accountId, accountId);
    expect(await add(keyOf(accountId))).toBe('shut_out');
  });

  test('none that is asked for as the password changes outlives that, if keys are revoked with it', async () => {
    const ids = [];
    for (let n = 0; n < 20; n += 1) ids.push(await newAccount());
    await Promise.all(
      ids.flatMap((id, n) => [
        inTurn(repositories, n).add(keyOf(id), 50, id),
        accounts.changePassword(id, { to: 'another hash', revokeKeys: true }),
      ]),
    );
    for (const id of ids) expect(await keys.listOf(id)).toEqual([]);
  });

  test('finds none of an account that is disabled or gone', async () => {
    const [disabled, gone] = [keyOf(await newAccount()), keyOf(await newAccount())];
    for (const key of [disabled, gone]) await add(key);
    await accounts.disable(disabled.accountId, NOW);
    await accounts.remove(gone.accountId);
    expect([await keys.findByPrefix(disabled.prefix), await keys.findByPrefix(gone.prefix)]).toEqual([null, null]);
  });

  test('writes a use down once for all who read the key before', async () => {
    const key = keyOf(await newAccount());
    await add(key);
    await keys.recordUse(key, secondsAfter(NOW, 1));
    await inTurn(repositories, 1).recordUse(key, secondsAfter(NOW, 2));
    const read = (await keys.findByPrefix(key.prefix)) as ApiKey;
    expect(read.lastUsedAt).toEqual(secondsAfter(NOW, 1));
    await keys.recordUse(read, secondsAfter(NOW, 3));
    expect((await keys.findByPrefix(key.prefix))?.lastUsedAt).toEqual(secondsAfter(NOW, 3));
  });

  test('lists and revokes the keys of their own account, newest first', async () => {
    const accountId = await newAccount();
    const [old, young, other] = [keyOf(accountId), keyOf(accountId, secondsAfter(NOW, 1)), keyOf(await newAccount())];
    for (const key of [old, young, other]) await add(key);
    expect(await keys.listOf(accountId)).toEqual([young, old]);
    expect(await keys.revoke(old.id, other.accountId)).toBe(false);
    for (const id of ['', 'nonsense', randomUUID()]) expect(await keys.revoke(id, accountId)).toBe(false);
    expect(await keys.revoke(old.id, accountId)).toBe(true);
    expect(await keys.findByPrefix(old.prefix)).toBeNull();
    expect([await keys.listOf(accountId), await keys.listOf(other.accountId)]).toEqual([[young], [other]]);
  });

  test('revokes all keys of an account, and says how many that were', async () => {
    const [accountId, other] = [await newAccount(), keyOf(await newAccount())];
    for (const key of [keyOf(accountId), keyOf(accountId), other]) await add(key);
    expect([await keys.revokeAllOf(accountId), await keys.revokeAllOf(accountId)]).toEqual([2, 0]);
    expect(await keys.findByPrefix(other.prefix)).toEqual(other);
  });
});
