import { createSecretKey, type KeyObject } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import type { Clock } from '../../../shared/clock.ts';
import { newTokenId } from '../../application/log-in.ts';
import { type RefreshClaims, Tokens } from '../../application/ports.ts';
import type { Session } from '../../domain/session.ts';

/** Who issues the tokens, and for whom they are. */
export const ISSUER = 'imagepro';
/** The only algorithm that is signed with or believed. */
export const ALGORITHM = 'HS256';

/** The claims of both kinds of token; times are seconds since 1970. */
export interface TokenClaims {
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

  constructor(
    secret: string,
    private readonly accessSeconds: number,
    private readonly clock: Clock,
  ) {
    super();
    this.jwt = new JwtService({
      secret: signingKey(secret),
      signOptions: { algorithm: ALGORITHM },
      verifyOptions: { algorithms: [ALGORITHM], issuer: ISSUER, audience: ISSUER, ignoreExpiration: true },
    });
  }

  access(session: Session): { token: string; expiresInSeconds: number } {
    const iat = seconds(this.clock.now());
    const exp = Math.min(iat + this.accessSeconds, seconds(session.expiresAt));
    const token = this.sign(session, { jti: newTokenId(), iat, exp, typ: 'access' });
    return { token, expiresInSeconds: exp - iat };
  }

  refresh(session: Session): string {
    const [iat, exp] = [seconds(session.refreshedAt), seconds(session.expiresAt)];
    return this.sign(session, { jti: session.tokenId, iat, exp, typ: 'refresh' });
  }

  readRefresh(token: string): RefreshClaims | null {
    try {
      const claims = this.jwt.verify<TokenClaims>(token);
      if (claims.typ !== 'refresh' || !(claims.exp > seconds(this.clock.now()))) return null;
      return { sessionId: claims.sid, accountId: claims.sub, tokenId: claims.jti };
    } catch {
      return null;
    }
  }

  private sign(session: Session, own: Pick<TokenClaims, 'jti' | 'iat' | 'exp' | 'typ'>): string {
    return this.jwt.sign({ iss: ISSUER, aud: ISSUER, sub: session.accountId, sid: session.id, ...own });
  }
}

/** A secret as the key that it is: of a text, jsonwebtoken first finds out each time that it is no public key. */
export function signingKey(secret: string): KeyObject {
  return createSecretKey(secret, 'utf8');
}

/** Whole seconds since 1970. */
export function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
