import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { Clock } from '../../../shared/clock.ts';
import type { SessionRepository } from '../../application/ports.ts';
import { Caller } from '../../domain/caller.ts';
import type { UsagePolicies } from '../../domain/usage-policy.ts';
import { ALGORITHM, ISSUER, seconds, signingKey, type TokenClaims } from './jwt-tokens.ts';

/** Turns an access token into its caller. The session is read each time, so one that has ended is refused at once. */
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    secret: string,
    private readonly sessions: SessionRepository,
    private readonly clock: Clock,
    private readonly policies: UsagePolicies,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // It is handed on to jsonwebtoken as it is; the types know of texts and bytes alone.
      secretOrKey: signingKey(secret) as unknown as Buffer,
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: ISSUER,
      // Expiry is checked below, by the injected clock.
      ignoreExpiration: true,
      passReqToCallback: true,
    });
  }

  async validate(request: Request, claims: TokenClaims): Promise<Caller | false> {
    const now = this.clock.now();
    if (claims.typ !== 'access' || typeof claims.exp !== 'number' || claims.exp <= seconds(now)) return false;
    const session = await this.sessions.find(String(claims.sid));
    if (!session || session.accountId !== claims.sub || session.isOver(now)) return false;
    return Caller.account(session.accountId, session.id, request.ip ?? '', this.policies);
  }
}
