import { secondsAfter } from '../../shared/clock.ts';
import { addressKey } from './caller.ts';

/** A used refresh token is honoured this long, with the very same successor: two tabs, or an answer that got lost. */
export const REUSE_GRACE_SECONDS = 10;

/** How long sessions live, in seconds. */
export interface SessionLife {
  /** From the last log-in or refresh. */
  readonly refreshTokenSeconds: number;
  /** From the log-in. */
  readonly sessionSeconds: number;
}

/** One log-in of an account. It lives until it is ended, or until its refresh token expires unused. */
export class Session {
  private constructor(
    readonly id: string,
    readonly accountId: string,
    /** The `jti` of the refresh token that may be used next. */
    readonly tokenId: string,
    /** The `jti` of the refresh token used last. */
    readonly previousTokenId: string | null,
    /** When the present refresh token was issued. */
    readonly refreshedAt: Date,
    readonly createdAt: Date,
    readonly expiresAt: Date,
    /** Address and user agent of the log-in, for its owner to recognise it. */
    readonly address: string,
    readonly agent: string,
    /** Whether the refresh token lives in a cookie of this service's own pages. */
    readonly inCookie: boolean,
    /** What the address is counted under: see `addressKey`. */
    readonly addressKey: string,
  ) {}

  static open(
    ids: { session: string; token: string },
    accountId: string,
    client: { address: string; agent: string; inCookie: boolean },
    now: Date,
    life: SessionLife,
  ): Session {
    const expiresAt = secondsAfter(now, Math.min(life.refreshTokenSeconds, life.sessionSeconds));
    const address = client.address.slice(0, 64);
    const agent = client.agent.slice(0, 256);
    return new Session(
      ids.session,
      accountId,
      ids.token,
      null,
      now,
      now,
      expiresAt,
      address,
      agent,
      client.inCookie,
      addressKey(address),
    );
  }

  /** What a refresh writes: the next token's id in place of the present one, and a new end. */
  rotation(nextTokenId: string, now: Date, life: SessionLife) {
    const end = Math.min(
      secondsAfter(now, life.refreshTokenSeconds).getTime(),
      secondsAfter(this.createdAt, life.sessionSeconds).getTime(),
    );
    return { tokenId: nextTokenId, previousTokenId: this.tokenId, refreshedAt: now, expiresAt: new Date(end) };
  }

  /** Whether a token that was used already may still be answered with its successor. */
  honours(usedTokenId: string, now: Date): boolean {
    return usedTokenId === this.previousTokenId && now <= secondsAfter(this.refreshedAt, REUSE_GRACE_SECONDS);
  }

  isOver(now: Date): boolean {
    return now >= this.expiresAt;
  }
}
