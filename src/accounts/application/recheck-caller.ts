import type { Clock } from '../../shared/clock.ts';
import type { Caller } from '../domain/caller.ts';
import { shutOutMeanwhile } from '../domain/errors.ts';
import type { ApiKeyRepository, SessionRepository } from './ports.ts';

/**
 * Asks, before something is told to a caller who has waited for it, or whose body took its time, whether they would still be
 * let in. A token that has expired meanwhile is still good for the answer that it asked for; an ended session or a revoked
 * key is not.
 */
export class RecheckCaller {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly keys: ApiKeyRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ apiKey, sessionId }: Caller): Promise<boolean> {
    if (apiKey) {
      const key = await this.keys.findByPrefix(apiKey.prefix);
      return key?.id === apiKey.id && !key.isOver(this.clock.now());
    }
    return sessionId === null || (await this.sessions.find(sessionId)) !== null;
  }

  /** @throws invalid_token, if they would not */
  async assertLetIn(caller: Caller): Promise<void> {
    if (!(await this.execute(caller))) throw shutOutMeanwhile();
  }
}
