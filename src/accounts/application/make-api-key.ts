import { randomUUID } from 'node:crypto';
import type { Fault } from '../../shared/application-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { expectation } from '../../shared/expectation.ts';
import { fault } from '../../shared/faults.ts';
import { ApiKey, DEFAULT_YEARS, type KeyWish, MOST_KEYS, MOST_YEARS, yearsAfter } from '../domain/api-key.ts';
import type { Caller } from '../domain/caller.ts';
import { accountProblems, shutOutMeanwhile } from '../domain/errors.ts';
import { newKeyText } from '../domain/key-text.ts';
import type { ApiKeyRepository } from './ports.ts';

/** A key that has just been made, with its text, which nobody can tell again. */
export interface MadeKey {
  readonly key: ApiKey;
  readonly text: string;
}

/** Makes an API key for an account. */
export class MakeApiKey {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly clock: Clock,
  ) {}

  /** Of a life that was checked. @throws too_many_keys, invalid_token when the session has ended meanwhile */
  async execute(caller: Caller, wish: Omit<KeyWish, 'expiresAt'> & Partial<KeyWish>): Promise<MadeKey> {
    const now = this.clock.now();
    const { expiresAt = yearsAfter(now, DEFAULT_YEARS) } = wish;
    const { text, ...kept } = newKeyText();
    const key = ApiKey.make(randomUUID(), caller.ownAccountId, { ...wish, expiresAt }, kept, now);
    const outcome = await this.keys.add(key, MOST_KEYS, caller.sessionId);
    if (outcome === 'too_many_keys') {
      throw accountProblems.tooManyKeys.error(
        `Expected at most ${MOST_KEYS} API keys of one account, received a wish for one more`,
      );
    }
    if (outcome === 'shut_out') throw shutOutMeanwhile();
    return { key, text };
  }
}

/** What is wrong with the end of a key that is made at this moment. */
export function faultsOfExpiry(expiresAt: Date | undefined, now: Date): Fault[] {
  if (expiresAt === undefined || (expiresAt > now && expiresAt <= yearsAfter(now, MOST_YEARS))) return [];
  const what = `a time to come, at most ${MOST_YEARS} years from now`;
  return [fault(['expires_at'], 'invalid_value', expectation(what, 'expires_at', expiresAt.toISOString()))];
}
