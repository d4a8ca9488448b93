import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { Account } from '../../src/accounts/domain/account.ts';
import { ApiKey } from '../../src/accounts/domain/api-key.ts';
import { newKeyText } from '../../src/accounts/domain/key-text.ts';
import { MikroOrmAccountRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-account.repository.ts';
import { MikroOrmApiKeyRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-api-key.repository.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';

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
  beforeAll(() => {
    repositories = database.managers.map((em) => new MikroOrmApiKeyRepository(em));
    keys = inTurn(repositories, 0);
    accounts = new MikroOrmAccountRepository(inTurn(database.managers, 0));
  });

  async function newAccount(): Promise<string> {
    const id = randomUUID();
    await accounts.add(Account.register(id, `n${id}`, `${id}@example.com`, 'hash', NOW));
    return id;
  }

  test('gives back what was added, by its prefix', async () => {
    const key = keyOf(await newAccount());
    expect(await keys.add(key, 50)).toBe('added');
    expect(await keys.findByPrefix(key.prefix)).toEqual(key);
    expect(await keys.findByPrefix(key.prefix)).toBeInstanceOf(ApiKey);
    expect(await keys.findByPrefix(newKeyText().prefix)).toBeNull();
  });

  test("proves who calls, with the account's own policy", async () => {
    const key = keyOf(await newAccount());
    await keys.add(key, 50);
    expect(await keys.prove(key.prefix)).toEqual({ of: key, ownPolicy: null });
    await accounts.changePolicy(key.accountId, { activeJobs: 7 });
    expect(await keys.prove(key.prefix)).toEqual({ of: key, ownPolicy: { activeJobs: 7 } });
    expect(await keys.prove(newKeyText().prefix)).toBeNull();
  });

  test('gives each of many who ask at the same moment the key of their own prefix', async () => {
    const made = [];
    for (let n = 0; n < 5; n += 1) made.push(keyOf(await newAccount()));
    for (const key of made) await keys.add(key, 50);
    const wanted = [...made, ...made, { prefix: newKeyText().prefix }];
    const found = await Promise.all(wanted.map(({ prefix }) => keys.findByPrefix(prefix)));
    expect(found).toEqual([...made, ...made, null]);
  });

  test('of twenty that are added at once, no more than the account may have', async () => {
    const accountId = await newAccount();
    const added = await Promise.all(
      Array.from({ length: 20 }, (_, n) => inTurn(repositories, n).add(keyOf(accountId), 5)),
    );
    expect(added.filter((outcome) => outcome === 'added')).toHaveLength(5);
    expect(added.filter((outcome) => outcome === 'too_many_keys')).toHaveLength(15);
    expect(await keys.listOf(accountId)).toHaveLength(5);
  });

  test('adds none to an account that is gone', async () => {
    expect(await keys.add(keyOf(randomUUID()), 50)).toBe('no_account');
  });

  test('finds none of an account that is disabled or gone', async () => {
    const [disabled, gone] = [keyOf(await newAccount()), keyOf(await newAccount())];
    for (const key of [disabled, gone]) await keys.add(key, 50);
    await accounts.disable(disabled.accountId, NOW);
    await accounts.remove(gone.accountId);
    expect([await keys.findByPrefix(disabled.prefix), await keys.findByPrefix(gone.prefix)]).toEqual([null, null]);
  });

  test('writes a use down once for all who read the key before', async () => {
    const key = keyOf(await newAccount());
    await keys.add(key, 50);
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
    for (const key of [old, young, other]) await keys.add(key, 50);
    expect(await keys.listOf(accountId)).toEqual([young, old]);
    expect(await keys.revoke(old.id, other.accountId)).toBe(false);
    for (const id of ['', 'nonsense', randomUUID()]) expect(await keys.revoke(id, accountId)).toBe(false);
    expect(await keys.revoke(old.id, accountId)).toBe(true);
    expect(await keys.findByPrefix(old.prefix)).toBeNull();
    expect([await keys.listOf(accountId), await keys.listOf(other.accountId)]).toEqual([[young], [other]]);
  });
});
