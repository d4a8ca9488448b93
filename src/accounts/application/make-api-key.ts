import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { expectation } from '../../shared/expectation.ts';
import { assertNoFaults, fault } from '../../shared/faults.ts';
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

  /** @throws validation_failed at `/expires_at`, too_many_keys, invalid_token when the session has ended meanwhile */
  async execute(caller: Caller, wish: Omit<KeyWish, 'expiresAt'> & Partial<KeyWish>): Promise<MadeKey> {
    const now = this.clock.now();
    const { expiresAt = yearsAfter(now, DEFAULT_YEARS) } = wish;
    assertLife(expiresAt, now);
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

function assertLife(expiresAt: Date, now: Date): void {
  if (expiresAt > now && expiresAt <= yearsAfter(now, MOST_YEARS)) return;
  const what = `a time to come, at most ${MOST_YEARS} years from now`;
  assertNoFaults([fault(['expires_at'], 'invalid_value', expectation(what, 'expires_at', expiresAt.toISOString()))]);
}
