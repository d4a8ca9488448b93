import { afterEach, expect, test } from 'vitest';
import type { GuessLimits } from '../../../src/accounts/application/password-guesses.ts';
import type { Account } from '../../../src/accounts/domain/account.ts';
import { type Accounts, startAccounts } from '../../support/accounts.ts';

const PASSWORD = 'a picture says more';

let accounts: Accounts;
afterEach(() => accounts.stop());

async function start(limits: GuessLimits): Promise<Account> {
  accounts = await startAccounts(limits);
  return accounts.register.execute({ username: 'ada', email: 'ada@example.com', password: PASSWORD }, '192.0.2.7');
}

/** One guess: whether it was right, or that it was refused. */
function guess(account: Account | null, password: string, address = '192.0.2.7'): Promise<boolean | 'refused'> {
  return accounts.guesses.isRight('ada', account, password, address, 'anywhere').catch((error) => {
    expect(error.problem.code).toBe('too_many_wrong_passwords');
    return 'refused' as const;
  });
}

function count(outcomes: (boolean | 'refused')[]): Record<string, number> {
  const groups = Object.groupBy(outcomes, String);
  return Object.fromEntries(Object.entries(groups).map(([outcome, all]) => [outcome, all?.length ?? 0]));
}

test.each([true, false])('a burst checks exactly the limit (the name exists: %s)', async (exists) => {
  const account = await start({ wrongPasswordsPerMinute: 5, wrongPasswordsPerHour: 100 });
  const outcomes = await Promise.all(Array.from({ length: 30 }, () => guess(exists ? account : null, 'wrong')));
  expect(count(outcomes)).toEqual({ false: 5, refused: 25 });
  expect(accounts.hasher.checked).toHaveLength(5);
});

test('of many right passwords at once none is refused, nor makes the others wrong', async () => {
  const account = await start({ wrongPasswordsPerMinute: 3, wrongPasswordsPerHour: 2 });
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => guess(account, PASSWORD)));
  expect(count(outcomes)).toEqual({ true: 20 });
  expect([await guess(account, 'wrong'), await guess(account, PASSWORD)]).toEqual([false, true]);
});

test('a right password among wrong ones waits for those that are checked, and is told when they fill the minute', async () => {
  const account = await start({ wrongPasswordsPerMinute: 3, wrongPasswordsPerHour: 100 });
  const known = Promise.withResolvers<void>();
  accounts.hasher.afterCheck = () => known.promise;
  const early = Array.from({ length: 3 }, (_, n) => guess(account, n === 0 ? PASSWORD : 'wrong'));
  const late = guess(account, PASSWORD);
  while (accounts.hasher.checked.length < 3) await new Promise(setImmediate);
  known.resolve();
  expect([...(await Promise.all(early)), await late]).toEqual([true, false, false, true]);
  expect([await guess(account, 'wrong'), await guess(account, PASSWORD)]).toEqual([false, 'refused']);
});

test('a check that fails takes no place', async () => {
  const account = await start({ wrongPasswordsPerMinute: 1, wrongPasswordsPerHour: 1 });
  accounts.hasher.afterCheck = () => Promise.reject(new Error('no memory is left'));
  const check = accounts.guesses.isRight('ada', account, PASSWORD, '192.0.2.7', 'anywhere');
  await expect(check).rejects.toThrow('no memory is left');
  accounts.hasher.afterCheck = async () => {};
  expect(await guess(account, PASSWORD)).toBe(true);
});

test('a right password takes no place, and frees none that is taken', async () => {
  const account = await start({ wrongPasswordsPerMinute: 3, wrongPasswordsPerHour: 100 });
  expect([await guess(account, 'wrong'), await guess(account, 'wrong')]).toEqual([false, false]);
  for (let i = 0; i < 5; i += 1) expect(await guess(account, PASSWORD)).toBe(true);
  expect([await guess(account, 'wrong'), await guess(account, PASSWORD)]).toEqual([false, 'refused']);
});

test('what the hour refuses takes no place in the minute', async () => {
  const account = await start({ wrongPasswordsPerMinute: 3, wrongPasswordsPerHour: 2 });
  expect([await guess(account, 'a'), await guess(account, 'b'), await guess(account, 'c')]).toEqual([
    false,
    false,
    'refused',
  ]);
  for (let i = 0; i < 5; i += 1) expect(await guess(account, 'd', '198.51.100.1')).toBe('refused');
  accounts.clock.advance(3600);
  expect(await guess(account, PASSWORD, '198.51.100.1')).toBe(true);
});

test('addresses of one /64 are one address', async () => {
  const account = await start({ wrongPasswordsPerMinute: 2, wrongPasswordsPerHour: 100 });
  const outcomes = [];
  for (let i = 1; i <= 4; i += 1) outcomes.push(await guess(account, 'wrong', `2001:db8::${i}`));
  expect(outcomes).toEqual([false, false, 'refused', 'refused']);
  expect(await guess(account, PASSWORD, '2001:db8:1::1')).toBe(true);
});

test('strangers who use up the hour shut out nobody who is signed in, nor who logs in again from there', async () => {
  const account = await start({ wrongPasswordsPerMinute: 100, wrongPasswordsPerHour: 2 });
  const logIn = (address: string) =>
    accounts.logIn.execute({ name: 'ada', password: PASSWORD, address, agent: 'test', inCookie: false });
  await logIn('192.0.2.7');
  await logIn('2001:db8::7');
  for (const host of [1, 2]) expect(await guess(account, 'wrong', `198.51.100.${host}`)).toBe(false);
  await expect(logIn('198.51.100.3')).rejects.toMatchObject({ problem: { code: 'too_many_wrong_passwords' } });

  for (const address of ['192.0.2.7', '2001:db8::8']) expect(await logIn(address)).toMatchObject({ address });
  const change = (current: string) =>
    accounts.changePassword.execute(accounts.callerOf(account), current, 'its follower');
  // Nor may whoever is signed in guess without end.
  for (const wrong of ['a guess', 'another']) {
    await expect(change(wrong)).rejects.toMatchObject({ problem: { code: 'wrong_credentials' } });
  }
  await expect(change(PASSWORD)).rejects.toMatchObject({ problem: { code: 'too_many_wrong_passwords' } });
  accounts.clock.advance(3600);
  await change(PASSWORD);
});
