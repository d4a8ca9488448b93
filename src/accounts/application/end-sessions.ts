import { expectation } from '../../shared/expectation.ts';
import { isUuid } from '../../shared/uuid.ts';
import { accountProblems } from '../domain/errors.ts';
import type { SessionRepository, Tokens } from './ports.ts';

/** Ends the session of a refresh token; a token that is dead already is as good. */
export class LogOut {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly tokens: Tokens,
  ) {}

  async execute(refreshToken: string): Promise<void> {
    const claims = this.tokens.readRefresh(refreshToken);
    if (claims) await this.sessions.end(claims.sessionId, claims.accountId);
  }
}

/** Ends one of an account's own sessions by its id. */
export class EndSession {
  constructor(private readonly sessions: SessionRepository) {}

  /** @throws session_not_found */
  async execute(accountId: string, sessionId: string): Promise<void> {
    const isEnded = isUuid(sessionId) && (await this.sessions.end(sessionId.toLowerCase(), accountId));
    if (!isEnded) {
      throw accountProblems.sessionNotFound.error(expectation('the id of one of your sessions', 'id', sessionId));
    }
  }
}
