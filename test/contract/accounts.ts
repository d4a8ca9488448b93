import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/core';
import { Account } from '../../src/accounts/domain/account.ts';
import { MikroOrmAccountRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-account.repository.ts';

/** Of the password of each account that is stored. */
export const PASSWORD_HASH = 'a hash';

/** Registers an account of names that nobody has, and resolves with its id. */
export async function storedAccount(em: EntityManager): Promise<string> {
  const id = randomUUID();
  const account = Account.register(id, id, `${id}@example.org`, PASSWORD_HASH, new Date('2026-01-01T12:00:00.123Z'));
  await new MikroOrmAccountRepository(em).add(account);
  return id;
}
