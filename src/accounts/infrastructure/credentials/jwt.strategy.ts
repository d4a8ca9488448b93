import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { Clock } from '../../../shared/clock.ts';
import type { SessionRepository } from '../../application/ports.ts';
import { Caller } from '../../domain/caller.ts';
import type { UsagePolicies } from '../../domain/usage-policy.ts';
import { ALGORITHM, ISSUER, seconds, signingKey, type TokenClaims } from './jwt-tokens.ts';

const tokenOf = ExtractJwt.fromAuthHeaderAsBearerToken();
/** Tokens that are remembered: more than the accounts that are busy at one time. */
const MOST_TOKENS = 10_000;

/** Turns an access token into its caller. The session is read each time, so one that has ended is refused at once. */
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  /** What genuine tokens say, by their text: a signature that holds holds for good. */
  private readonly genuine = new Map<string, TokenClaims>();

  constructor(
    secret: string,
    private readonly sessions: SessionRepository,
    private readonly clock: Clock,
    private readonly policies: UsagePolicies,
  ) {
    super({
      jwtFromRequest: tokenOf,
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

  /** A client sends the same token with each request of some minutes: its signature is verified once. */
  override authenticate(request: Request, options?: unknown): void {
    const known = this.genuine.get(tokenOf(request) ?? '');
    if (!known) return void super.authenticate(request, options);
    this.validate(request, known).then(
      (caller) => (caller ? this.success(caller) : this.fail(401)),
      (error: Error) => this.error(error),
    );
  }

  async validate(request: Request, claims: TokenClaims): Promise<Caller | false> {
    const caller = await this.callerOf(request, claims);
    if (caller) this.remember(tokenOf(request) as string, claims);
    else this.genuine.delete(tokenOf(request) as string);
    return caller;
  }

  private remember(token: string, claims: TokenClaims): void {
    if (this.genuine.has(token)) return;
    const [oldest] = this.genuine.keys();
    if (oldest !== undefined && this.genuine.size >= MOST_TOKENS) this.genuine.delete(oldest);
    this.genuine.set(token, claims);
  }

  private async callerOf(request: Request, claims: TokenClaims): Promise<Caller | false> {
    const now = this.clock.now();
    if (claims.typ !== 'access' || typeof claims.exp !== 'number' || claims.exp <= seconds(now)) return false;
    const proof = await this.sessions.prove(String(claims.sid));
    if (!proof || proof.of.accountId !== claims.sub || proof.of.isOver(now)) return false;
    return Caller.account(proof.of.accountId, proof.of.id, request.ip ?? '', this.policies, proof.ownPolicy);
  }
}
