import type { Clock } from '../../shared/clock.ts';
import { accountProblems } from '../domain/errors.ts';
import type { Session, SessionLife } from '../domain/session.ts';
import { newTokenId } from './log-in.ts';
import type { RefreshClaims, SessionRepository, Tokens } from './ports.ts';

/** Exchanges a refresh token for the next one. */
export class RefreshSession {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
    private readonly life: SessionLife,
  ) {}

  /**
   * The session with its next token. The token used last is honoured for 10 s more, with the very same successor; any
   * other reuse means that a token was stolen, and ends the session.
   * @throws invalid_token
   */
  async execute(refreshToken: string): Promise<Session> {
    const claims = this.tokens.readRefresh(refreshToken);
    const session = claims && (await this.sessions.find(claims.sessionId));
    if (!claims || !session || session.accountId !== claims.accountId) throw invalidRefreshToken();
    const now = this.clock.now();
    if (session.isOver(now)) throw invalidRefreshToken();
    // Of several at once with the same token one rotates; all of them then read the same successor.
    if (session.tokenId === claims.tokenId) {
      await this.sessions.rotate(session.id, claims.tokenId, session.rotation(newTokenId(), now, this.life));
    }
    return this.successor(claims, now);
  }

  private async successor(used: RefreshClaims, now: Date): Promise<Session> {
    const session = await this.sessions.find(used.sessionId);
    if (!session) throw invalidRefreshToken();
    if (session.honours(used.tokenId, now)) return session;
    await this.sessions.end(session.id, session.accountId);
    throw invalidRefreshToken();
  }
}

function invalidRefreshToken() {
  return accountProblems.invalidToken.error(
    'Expected the refresh token of a living session, received one that is forged, expired, used already, or of an ended session',
  );
}
