import type { Clock } from '../../shared/clock.ts';
import type { Session } from '../domain/session.ts';
import type { SessionRepository } from './ports.ts';

/** Lists an account's living sessions, newest first. */
export class ListSessions {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly clock: Clock,
  ) {}

  execute(accountId: string): Promise<Session[]> {
    return this.sessions.listOf(accountId, this.clock.now());
  }
}
