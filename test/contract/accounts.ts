import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/core';
import { Account } from '../../src/accounts/domain/account.ts';
import type { Credential } from '../../src/accounts/domain/caller.ts';
import { Session } from '../../src/accounts/domain/session.ts';
import { MikroOrmAccountRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-account.repository.ts';
import { MikroOrmSessionRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-session.repository.ts';

/** Of the password of each account that is stored. */
export const PASSWORD_HASH = 'a hash';

const CLIENT = { address: '192.0.2.1', agent: 'a browser', inCookie: false };
const LIFE = { refreshTokenSeconds: 600, sessionSeconds: 3600 };
const NOW = new Date('2026-01-01T12:00:00.123Z');

/** Opens a session of the account, and gives what its requests show. */
export async function signedIn(
  em: EntityManager,
  accountId: string,
): Promise<Credential & { accountId: string; sessionId: string }> {
  const session = Session.open({ session: randomUUID(), token: 'token' }, accountId, CLIENT, NOW, LIFE);
  await new MikroOrmSessionRepository(em).add(session, PASSWORD_HASH);
  return { accountId, sessionId: session.id, apiKey: null };
}

/** Registers an account of names that nobody has, and resolves with its id. */
export async function storedAccount(em: EntityManager): Promise<string> {
  const id = randomUUID();
  const account = Account.register(id, id, `${id}@example.org`, PASSWORD_HASH, NOW);
  await new MikroOrmAccountRepository(em).add(account);
  return id;
}
