import { createSecretKey } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import type { Clock } from '../../../shared/clock.ts';
import { newTokenId } from '../../application/log-in.ts';
import { type AccessClaims, type RefreshClaims, Tokens } from '../../application/ports.ts';
import type { Session } from '../../domain/session.ts';

/** Who issues the tokens, and for whom they are. */
const ISSUER = 'imagepro';
/** The only algorithm that is signed with or believed. */
const ALGORITHM = 'HS256';
/** Access tokens that are remembered: more than the accounts that are busy at one time. */
const MOST_REMEMBERED = 10_000;

/** The claims of both kinds of token; times are seconds since 1970. */
interface TokenClaims {
  iss: string;
  aud: string;
  sub: string;
  sid: string;
  jti: string;
  iat: number;
  exp: number;
  typ: 'access' | 'refresh';
}

/** Tokens as JWTs (RFC 7519), HS256. */
export class JwtTokens extends Tokens {
  private readonly jwt: JwtService;
  /** What genuine access tokens say, by their text: a signature that holds holds for good. */
  private readonly genuine = new Map<string, TokenClaims>();

  constructor(
    secret: string,
    private readonly accessSeconds: number,
    private readonly clock: Clock,
  ) {
    super();
    this.jwt = new JwtService({
      // As the key that it is: of a text, jsonwebtoken first finds out each time that it is no public key.
      secret: createSecretKey(secret, 'utf8'),
      signOptions: { algorithm: ALGORITHM },
      verifyOptions: { algorithms: [ALGORITHM], issuer: ISSUER, audience: ISSUER, ignoreExpiration: true },
    });
  }

  access(session: Session): string {
    const issued = seconds(this.clock.now());
    return this.sign(session, { jti: newTokenId(), iat: issued, exp: issued + this.accessSeconds, typ: 'access' });
  }

  refresh(session: Session): string {
    const [iat, exp] = [seconds(session.refreshedAt), seconds(session.expiresAt)];
    return this.sign(session, { jti: session.tokenId, iat, exp, typ: 'refresh' });
  }

  /** A client sends the same token with each request of some minutes: its signature is verified once. */
  readAccess(token: string): AccessClaims | null {
    const claims = this.genuine.get(token) ?? this.verified(token, 'access');
    if (!claims || this.isOver(claims)) {
      this.genuine.delete(token);
      return null;
    }
    this.remember(token, claims);
    return { sessionId: claims.sid, accountId: claims.sub };
  }

  readRefresh(token: string): RefreshClaims | null {
    const claims = this.verified(token, 'refresh');
    if (!claims || this.isOver(claims)) return null;
    return { sessionId: claims.sid, accountId: claims.sub, tokenId: claims.jti };
  }

  private verified(token: string, type: TokenClaims['typ']): TokenClaims | null {
    try {
      const claims = this.jwt.verify<TokenClaims>(token);
      return claims.typ === type ? claims : null;
    } catch {
      return null;
    }
  }

  private isOver({ exp }: TokenClaims): boolean {
    return !(exp > seconds(this.clock.now()));
  }

  private remember(token: string, claims: TokenClaims): void {
    if (this.genuine.has(token)) return;
    const [oldest] = this.genuine.keys();
    if (oldest !== undefined && this.genuine.size >= MOST_REMEMBERED) this.genuine.delete(oldest);
    this.genuine.set(token, claims);
  }

  private sign(session: Session, own: Pick<TokenClaims, 'jti' | 'iat' | 'exp' | 'typ'>): string {
    return this.jwt.sign({ iss: ISSUER, aud: ISSUER, sub: session.accountId, sid: session.id, ...own });
  }
}

/** Whole seconds since 1970. */
function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
