import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/domain/account.ts';
import { type Accounts, startAccounts } from '../../support/accounts.ts';

const PASSWORD = 'a picture says more';
const address = '192.0.2.7';

let accounts: Accounts;
let account: Account;
beforeEach(async () => {
  accounts = await startAccounts();
  account = await accounts.register.execute({ username: 'ada', email: 'ada@example.com', password: PASSWORD }, address);
});
afterEach(() => accounts.stop());

/** What was written since the account was registered. */
const written = () => accounts.audit.slice(1);

test('a registration is written down', () => {
  expect(accounts.audit).toEqual([{ action: 'registered', account: account.id, address }]);
});

test('so are log-ins, and those that are refused with the reason, also of names that do not exist', async () => {
  await accounts.logInAs('ada', PASSWORD);
  await expect(accounts.logInAs('Ada@Example.com', 'another')).rejects.toThrow();
  await expect(accounts.logInAs('nobody', 'another')).rejects.toThrow();
  for (let i = 0; i < 4; i += 1) await expect(accounts.logInAs('ada', 'another')).rejects.toThrow();
  await expect(accounts.logInAs('ada', 'another')).rejects.toThrow();
  const refused = { action: 'log_in_refused', account: account.id, address, reason: 'wrong_credentials' };
  expect(written()).toEqual([
    { action: 'logged_in', account: account.id, address },
    refused,
    { ...refused, account: null },
    ...Array(4).fill(refused),
    { ...refused, reason: 'too_many_wrong_passwords' },
  ]);
});

test('so are the change of a password and the deletion, and what is refused of them', async () => {
  const caller = accounts.callerOf(account);
  await expect(accounts.changePassword.execute(caller, 'another', 'an entirely new one')).rejects.toThrow();
  await accounts.changePassword.execute(caller, PASSWORD, 'an entirely new one');
  await expect(accounts.deleteAccount.execute(caller, PASSWORD)).rejects.toThrow();
  await accounts.deleteAccount.execute(caller, 'an entirely new one');
  const refused = { action: 'password_refused', account: account.id, address, reason: 'wrong_credentials' };
  expect(written()).toEqual([
    refused,
    { action: 'password_changed', account: account.id, address },
    refused,
    { action: 'account_deleted', account: account.id, address },
  ]);
});

test('nothing of it is a name, an e-mail or a password', async () => {
  await accounts.logInAs('ada', PASSWORD);
  await expect(accounts.logInAs('hunter2', PASSWORD)).rejects.toThrow();
  expect(JSON.stringify(accounts.audit)).not.toMatch(/ada|hunter2|example\.com|picture/);
});
