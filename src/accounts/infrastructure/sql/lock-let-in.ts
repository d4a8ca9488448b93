import { type EntityManager, LockMode } from '@mikro-orm/core';
import { Account } from '../../domain/account.ts';
import { ApiKey } from '../../domain/api-key.ts';
import type { Credential } from '../../domain/caller.ts';
import { Session } from '../../domain/session.ts';

/**
 * Whether the caller would still be let in: their account is there and not disabled, and so is the session or the key that
 * they have shown. The account's row is locked until the transaction is over: whoever deletes or disables it, or changes its
 * password, waits, and then sees what was written; others who write for it wait too. A key that has expired since the
 * request began is good for it still, like a token.
 */
export async function lockLetIn(em: EntityManager, credential: Credential): Promise<boolean> {
  const { accountId, sessionId, apiKey } = credential;
  if (accountId === null) return false;
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  if (!(await em.findOne(Account, { id: accountId, disabledAt: null }, { lockMode }))) return false;
  // Asked once the lock is held: what ended before that is seen.
  if (apiKey) return (await em.count(ApiKey, { id: apiKey.id, accountId })) === 1;
  return sessionId !== null && (await em.count(Session, { id: sessionId, accountId })) === 1;
}
