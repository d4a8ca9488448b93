import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { addressKey } from '../../src/accounts/domain/caller.ts';
import { Session } from '../../src/accounts/domain/session.ts';
import { MikroOrmAccountRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-account.repository.ts';
import { MikroOrmSessionRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-session.repository.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import { PASSWORD_HASH, storedAccount } from './accounts.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';

const NOW = new Date('2026-01-01T12:00:00.123Z');
const LIFE = { refreshTokenSeconds: 600, sessionSeconds: 3600 };
const CLIENT = { address: '192.0.2.1', agent: 'a browser', inCookie: true };

function session(accountId: string, openedAt = NOW, client = CLIENT): Session {
  return Session.open({ session: randomUUID(), token: 'token-1' }, accountId, client, openedAt, LIFE);
}

describe.each(DATABASES)('SessionRepository on %s', (kind) => {
  const database = useDatabase(kind);
  let repositories: MikroOrmSessionRepository[];
  let sessions: MikroOrmSessionRepository;
  beforeAll(() => {
    repositories = database.managers.map((em) => new MikroOrmSessionRepository(em));
    sessions = inTurn(repositories, 0);
  });

  const newAccount = () => storedAccount(inTurn(database.managers, 0));

  test('gives back what was added', async () => {
    const opened = session(await newAccount());
    await sessions.add(opened, PASSWORD_HASH);
    expect(await sessions.find(opened.id)).toEqual(opened);
    expect(await sessions.find(opened.id)).toBeInstanceOf(Session);
  });

  test("proves who calls, with the account's own policy as it is by then", async () => {
    const accounts = new MikroOrmAccountRepository(inTurn(database.managers, 0));
    const opened = session(await newAccount());
    await sessions.add(opened, PASSWORD_HASH);
    expect(await sessions.prove(opened.id)).toEqual({ of: opened, ownPolicy: null });
    const own = { fileBytes: 5_000_000_000, imagesPerMonth: null };
    await accounts.changePolicy(opened.accountId, own);
    expect(await sessions.prove(opened.id)).toEqual({ of: opened, ownPolicy: own });
    expect(await accounts.find(opened.accountId)).toMatchObject({ policy: own });
    await accounts.changePolicy(opened.accountId, null);
    expect(await sessions.prove(opened.id)).toEqual({ of: opened, ownPolicy: null });
    expect(await sessions.prove('nonsense')).toBeNull();
  });

  test.each(['', 'nonsense', "1' or '1", randomUUID()])('%o is no session', async (id) => {
    expect(await sessions.find(id)).toBeNull();
    expect(await sessions.end(id, randomUUID())).toBe(false);
  });

  test('lists the living sessions of one account, newest first', async () => {
    const accountId = await newAccount();
    const [old, over, young] = [
      session(accountId),
      session(accountId, secondsAfter(NOW, -600)),
      session(accountId, secondsAfter(NOW, 60)),
    ];
    for (const one of [old, over, young, session(await newAccount())]) await sessions.add(one, PASSWORD_HASH);
    expect(await sessions.listOf(accountId, NOW)).toEqual([young, old]);
  });

  test('lists no more than the thousand newest', async () => {
    const accountId = await newAccount();
    const old = session(accountId);
    await sessions.add(old, PASSWORD_HASH);
    const younger = Array.from({ length: 1000 }, (_, n) => session(accountId, secondsAfter(NOW, 1 + (n % 60))));
    await inTurn(database.managers, 0).fork().insertMany(Session, younger);
    const listed = await sessions.listOf(accountId, NOW);
    expect(listed).toHaveLength(1000);
    expect(listed.map(({ id }) => id)).not.toContain(old.id);
  });

  test.each([
    ['192.0.2.7', '192.0.2.7', '192.0.2.8'],
    ['192.0.2.7', '::ffff:192.0.2.7', '::ffff:192.0.2.8'],
    ['::ffff:192.0.2.7', '192.0.2.7', '::ffff:192.0.3.7'],
    ['2001:db8:0:1::7', '2001:db8:0:1:ffff::8', '2001:db8:0:2::7'],
  ])('of an account with a session from %s, %s is signed in, and %s is not', async (address, near, far) => {
    const accountId = await newAccount();
    await sessions.add(session(accountId, NOW, { ...CLIENT, address }), PASSWORD_HASH);
    const isSignedIn = (from: string) => sessions.isSignedIn(accountId, addressKey(from), NOW);
    expect([await isSignedIn(near), await isSignedIn(far)]).toEqual([true, false]);
  });

  test('is signed in by sessions of its own that are not over, however many are younger', async () => {
    const [accountId, other] = [await newAccount(), await newAccount()];
    for (const one of [session(accountId), session(other)]) await sessions.add(one, PASSWORD_HASH);
    const elsewhere = { ...CLIENT, address: '198.51.100.1' };
    const younger = Array.from({ length: 1001 }, () => session(accountId, secondsAfter(NOW, 1), elsewhere));
    await inTurn(database.managers, 0).fork().insertMany(Session, younger);
    const isSignedIn = (id: string, seconds = 0) =>
      sessions.isSignedIn(id, addressKey(CLIENT.address), secondsAfter(NOW, seconds));
    expect([await isSignedIn(accountId, 599.999), await isSignedIn(accountId, 600)]).toEqual([true, false]);
    await sessions.endAllOf(accountId);
    expect([await isSignedIn(accountId), await isSignedIn(other), await isSignedIn(randomUUID())]).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('ends all sessions of one account, and says how many that were', async () => {
    const [accountId, other] = [await newAccount(), session(await newAccount())];
    for (const one of [session(accountId), session(accountId), other]) await sessions.add(one, PASSWORD_HASH);
    expect([await sessions.endAllOf(accountId), await sessions.endAllOf(accountId)]).toEqual([2, 0]);
    expect(await sessions.find(other.id)).toEqual(other);
  });

  test('of ten rotations at once, one is written', async () => {
    const opened = session(await newAccount());
    await sessions.add(opened, PASSWORD_HASH);
    const written = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        inTurn(repositories, n).rotate(opened.id, 'token-1', opened.rotation(`token-2-${n}`, NOW, LIFE)),
      ),
    );
    const winner = written.indexOf(true);
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await sessions.find(opened.id)).toMatchObject({
      tokenId: `token-2-${winner}`,
      previousTokenId: 'token-1',
      refreshedAt: NOW,
    });
  });

  test('ends a session of its own account alone, and those that are over', async () => {
    const [one, two, other] = [session(await newAccount()), session(await newAccount()), session(await newAccount())];
    for (const opened of [one, two, other]) await sessions.add(opened, PASSWORD_HASH);
    expect(await sessions.end(one.id, two.accountId)).toBe(false);
    expect(await sessions.end(one.id, one.accountId)).toBe(true);
    expect(await sessions.find(two.id)).toEqual(two);
    await sessions.endExpired(secondsAfter(NOW, 599));
    expect(await sessions.find(other.id)).toEqual(other);
    await sessions.endExpired(secondsAfter(NOW, 600));
    expect(await sessions.find(other.id)).toBeNull();
  });

  test('has no session of an account that is disabled or gone', async () => {
    const accounts = new MikroOrmAccountRepository(inTurn(database.managers, 0));
    const [disabled, gone] = [session(await newAccount()), session(await newAccount())];
    for (const opened of [disabled, gone]) await sessions.add(opened, PASSWORD_HASH);
    await accounts.disable(disabled.accountId, NOW);
    await accounts.remove(gone.accountId);
    expect([await sessions.find(disabled.id), await sessions.find(gone.id)]).toEqual([null, null]);
  });

  test('adds none for a password that is no longer the one, nor to an account that is disabled or gone', async () => {
    const accounts = new MikroOrmAccountRepository(inTurn(database.managers, 0));
    const [changed, disabled] = [session(await newAccount()), session(await newAccount())];
    await accounts.changePassword(changed.accountId, { to: 'another hash' });
    await accounts.disable(disabled.accountId, NOW);
    for (const one of [changed, disabled, session(randomUUID())]) {
      expect(await sessions.add(one, PASSWORD_HASH)).toBe(false);
      expect(await sessions.find(one.id)).toBeNull();
    }
  });

  test('none outlives a change of the password at the same moment', async () => {
    const opened = await Promise.all(Array.from({ length: 30 }, async () => session(await newAccount())));
    await Promise.all(
      opened.flatMap((one, n) => [
        new MikroOrmAccountRepository(inTurn(database.managers, n)).changePassword(one.accountId, {
          to: 'another hash',
        }),
        inTurn(repositories, n + 1).add(one, PASSWORD_HASH),
      ]),
    );
    for (const { id } of opened) expect(await sessions.find(id)).toBeNull();
  });

  test('finds each of many that are asked for at the same moment', async () => {
    const opened = await Promise.all(Array.from({ length: 20 }, async () => session(await newAccount())));
    for (const one of opened) await sessions.add(one, PASSWORD_HASH);
    const ids = [...opened.map(({ id }) => id), randomUUID(), opened[0]?.id as string];
    const found = await Promise.all(ids.map((id, n) => inTurn(repositories, n).find(id)));
    expect(found).toEqual([...opened, null, opened[0]]);
  });
});
