import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/domain/account.ts';
import { type Accounts, startAccounts } from '../../support/accounts.ts';
import { CountedStatements } from '../../support/counted-statements.ts';

const PASSWORD = 'a picture says more';
const WRONG = { problem: { code: 'wrong_credentials' } };
const INVALID = { problem: { code: 'invalid_token' } };

let accounts: Accounts;
let account: Account;
let count = 0;
beforeAll(async () => {
  accounts = await startAccounts();
});
beforeEach(async () => {
  count += 1;
  accounts.hasher.afterCheck = async () => {};
  const registration = { username: `Person${count}`, email: `p${count}@example.com`, password: PASSWORD };
  account = await accounts.register.execute(registration, '192.0.2.7');
});
afterAll(() => accounts.stop());

function sessionsLeft(): Promise<unknown[]> {
  return accounts.sessions.listOf(account.id, accounts.clock.now());
}

describe('logging in', () => {
  test('opens a session of the account, by any spelling of its names', async () => {
    for (const name of [account.username.toUpperCase(), account.email.toUpperCase()]) {
      expect(await accounts.logInAs(name, PASSWORD)).toMatchObject({ accountId: account.id, previousTokenId: null });
    }
  });

  test('takes as much work for a name that does not exist', async () => {
    const statements = new CountedStatements();
    await accounts.logInAs(account.username, PASSWORD);
    accounts.hasher.checked.length = 0;
    const asked = [];
    for (const name of ['nobody', account.username, account.email]) {
      const refused = () => expect(accounts.logInAs(name, 'not the password')).rejects.toMatchObject(WRONG);
      asked.push(await statements.fewestOf(1, refused));
    }
    expect(asked).toEqual([2, 2, 2]);
    expect(accounts.hasher.checked).toEqual([null, account.passwordHash, account.passwordHash]);
  });

  test.each<[string, () => Promise<void>]>([
    [
      'the password changes',
      async () => {
        await accounts.accounts.changePassword(account.id, { to: await accounts.hasher.hash('another one') });
      },
    ],
    ['the account is disabled', () => accounts.accounts.disable(account.id, accounts.clock.now())],
    ['the account is deleted', () => accounts.accounts.remove(account.id)],
  ])('opens nothing when %s while the password is checked', async (_case, happen) => {
    accounts.hasher.afterCheck = happen;
    await expect(accounts.logInAs(account.username, PASSWORD)).rejects.toMatchObject(WRONG);
    expect(await sessionsLeft()).toEqual([]);
  });

  test('a disabled account reads like a wrong password', async () => {
    await accounts.accounts.disable(account.id, accounts.clock.now());
    await expect(accounts.logInAs(account.username, PASSWORD)).rejects.toMatchObject(WRONG);
  });
});

describe('refreshing', () => {
  test('twenty times at once rotates once', async () => {
    const used = accounts.tokens.refresh(await accounts.logInAs(account.username, PASSWORD));
    const successors = await Promise.all(Array.from({ length: 20 }, () => accounts.refresh.execute(used)));
    expect(new Set(successors.map((session) => accounts.tokens.refresh(session))).size).toBe(1);
    expect(successors[0]?.tokenId).not.toBe(accounts.tokens.readRefresh(used)?.tokenId);
  });

  test('honours the last used token for ten seconds, then ends the session', async () => {
    const used = accounts.tokens.refresh(await accounts.logInAs(account.username, PASSWORD));
    const successor = await accounts.refresh.execute(used);
    accounts.clock.advance(10);
    expect(accounts.tokens.refresh(await accounts.refresh.execute(used))).toBe(accounts.tokens.refresh(successor));
    accounts.clock.advance(0.001);
    await expect(accounts.refresh.execute(used)).rejects.toMatchObject(INVALID);
    expect(await sessionsLeft()).toEqual([]);
  });

  test('of ten that come as the session ends none succeeds afterwards', async () => {
    const session = await accounts.logInAs(account.username, PASSWORD);
    const used = accounts.tokens.refresh(session);
    await Promise.allSettled([
      ...Array.from({ length: 10 }, () => accounts.refresh.execute(used)),
      accounts.sessions.end(session.id, account.id),
    ]);
    expect(await sessionsLeft()).toEqual([]);
    await expect(accounts.refresh.execute(used)).rejects.toMatchObject(INVALID);
  });
});

describe('changing the password', () => {
  test('needs the present one and a good new one, and ends every session', async () => {
    await accounts.logInAs(account.username, PASSWORD);
    const caller = accounts.callerOf(account);
    await expect(
      accounts.changePassword.execute(caller, 'not the password', 'an entirely new one'),
    ).rejects.toMatchObject(WRONG);
    await expect(accounts.changePassword.execute(caller, PASSWORD, account.email)).rejects.toMatchObject({
      problem: { code: 'validation_failed' },
      details: { errors: [{ pointer: '/new_password', code: 'too_similar' }] },
    });
    expect(await sessionsLeft()).toHaveLength(1);
    await accounts.changePassword.execute(caller, PASSWORD, 'an entirely new one');
    expect(await sessionsLeft()).toEqual([]);
    await expect(accounts.logInAs(account.username, PASSWORD)).rejects.toMatchObject(WRONG);
  });
});

describe('of two changes of the password that were both confirmed', () => {
  test('the first one stays, and the other is refused', async () => {
    const caller = accounts.callerOf(account);
    const change = (next: string) => accounts.changePassword.execute(caller, PASSWORD, next);
    accounts.hasher.afterCheck = async () => {
      accounts.hasher.afterCheck = async () => {};
      await change('the first of the two');
    };
    await expect(change('the second of the two')).rejects.toMatchObject(WRONG);
    expect(accounts.audit.slice(-2).map(({ action }) => action)).toEqual(['password_changed', 'password_refused']);
    await accounts.logInAs(account.username, 'the first of the two');
  });
});

describe('deleting the account', () => {
  test('removes it before what it owns, so that whoever adds something finds it gone', async () => {
    await accounts.logInAs(account.username, PASSWORD);
    const seen: unknown[] = [];
    accounts.belongings.erasedBy(async (id) => {
      seen.push(id, await accounts.accounts.find(id), await sessionsLeft());
    });
    await accounts.deleteAccount.execute(accounts.callerOf(account), PASSWORD);
    expect(seen).toEqual([account.id, null, []]);
    expect(await accounts.accounts.removed()).not.toContain(account.id);
  });

  test('erases every part though one cannot be, and goes on with that one until it is gone', async () => {
    const parts: string[] = [];
    let away = true;
    accounts.belongings.erasedBy(async (id) => {
      if (away) throw new Error('away');
      if (id === account.id) parts.push('first');
    });
    accounts.belongings.erasedBy(async (id) => void (id === account.id && parts.push('second')));
    const deleted = accounts.deleteAccount.execute(accounts.callerOf(account), PASSWORD);
    await expect(deleted).rejects.toThrow('away');
    await expect(accounts.erase.ofAllRemoved()).rejects.toThrow('away');
    expect(parts).toEqual(['second', 'second']);
    expect(await accounts.accounts.removed()).toContain(account.id);
    expect(accounts.audit.at(-1)).toMatchObject({ action: 'account_deleted', account: account.id });
    away = false;
    await accounts.erase.ofAllRemoved();
    expect([parts, await accounts.accounts.removed()]).toEqual([['second', 'second', 'first', 'second'], []]);
  });
});
