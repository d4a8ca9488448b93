import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Accounts, startAccounts } from '../../support/accounts.ts';

const PASSWORD = 'a picture says more';

let accounts: Accounts;
beforeAll(async () => {
  accounts = await startAccounts();
});
afterAll(() => accounts.stop());

function register(username: string, email: string): Promise<string> {
  return accounts.register.execute({ username, email, password: PASSWORD }, '192.0.2.7').then(
    () => 'registered',
    (error) => error.problem.code,
  );
}

test('names and e-mails are one space without case', async () => {
  expect(await register('Ada', 'ada@example.com')).toBe('registered');
  expect(await register('ADA', 'other@example.com')).toBe('username_taken');
  expect(await register('other', 'ADA@Example.com')).toBe('email_taken');
  expect(await register('ada@example.com', 'ada@example.com')).toBe('username_taken');
  expect(await register('other', 'other@example.com')).toBe('registered');
});

test('of many at once that share a name or an e-mail one is registered', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, i) => register(`n${i % 2}`, `e${i % 3}@example.com`)),
  );
  const registered = outcomes.filter((outcome) => outcome === 'registered');
  expect(registered.length).toBeGreaterThanOrEqual(1);
  expect(registered.length).toBeLessThanOrEqual(2);
});

test('keeps the password as Argon2id of the documented cost, salted', async () => {
  await register('one', 'one@example.com');
  await register('two', 'two@example.com');
  const hashes = await Promise.all(
    ['one', 'two'].map(async (name) => (await accounts.accounts.findByName(name))?.passwordHash),
  );
  for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(hashes[0]).not.toBe(hashes[1]);
});

test('no name has a NUL in it', async () => {
  expect(await accounts.accounts.findByName('one\u0000')).toBeNull();
});
