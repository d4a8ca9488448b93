import { expect, test } from 'vitest';
import { Argon2PasswordHasher } from '../../../src/accounts/infrastructure/credentials/argon2-password-hasher.ts';
import { requestProblems } from '../../../src/shared/problems.ts';

test('of a crowd as many wait as may, the others are refused, and then there is room again', async () => {
  const hasher = new Argon2PasswordHasher(2);
  const hash = await hasher.hash('a picture says more');
  const crowd = Array.from({ length: 10 }, (_, n) => hasher.verify('a picture says more', n % 2 ? hash : null));
  const ends = await Promise.allSettled(crowd);
  // Four are hashed at once.
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
  for (const end of ends.filter(({ status }) => status === 'rejected'))
    expect(end).toMatchObject({ reason: { problem: requestProblems.unavailable, details: { retryAfter: 5 } } });
  expect(await hasher.verify('a picture says more', hash)).toBe(true);
});
