import type { Clock } from '../../shared/clock.ts';
import { Caller } from '../domain/caller.ts';
import type { UsagePolicies } from '../domain/usage-policy.ts';
import type { SessionRepository, Tokens } from './ports.ts';

/** Turns an access token into its caller. The session is read each time, so one that has ended is refused at once. */
export class AuthenticateSession {
  constructor(
    private readonly tokens: Tokens,
    private readonly sessions: SessionRepository,
    private readonly clock: Clock,
    private readonly policies: UsagePolicies,
  ) {}

  /** Null for a token that is malformed, forged, expired, of another kind, or of an ended session. */
  async execute(token: string, address: string): Promise<Caller | null> {
    const claims = this.tokens.readAccess(token);
    const proof = claims && (await this.sessions.prove(claims.sessionId));
    if (!claims || !proof) return null;
    const { of: session, ownPolicy } = proof;
    if (session.accountId !== claims.accountId || session.isOver(this.clock.now())) return null;
    return Caller.account(session.accountId, session.id, address, this.policies, ownPolicy);
  }
}
