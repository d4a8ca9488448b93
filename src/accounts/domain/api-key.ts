import { secondsAfter } from '../../shared/clock.ts';
import type { Scope } from './scope.ts';

/** Most keys of one account. */
export const MOST_KEYS = 50;
/** Life of a key whose maker says nothing, and the longest life, in years. */
export const DEFAULT_YEARS = 1;
export const MOST_YEARS = 5;

/** The last use of a key is written down at most this often. */
const SECONDS_BETWEEN_NOTES = 60;

/** What its maker says of a key. */
export interface KeyWish {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date;
}

/** What a program shows in place of a person's tokens. Its text is told once; the digest of it is kept. */
export class ApiKey {
  private constructor(
    readonly id: string,
    readonly accountId: string,
    /** How its owner calls it. */
    readonly name: string,
    readonly scopes: readonly Scope[],
    /** The part of its text by which it is found. */
    readonly prefix: string,
    /** SHA-256 of its text, in hex. */
    readonly digest: string,
    readonly createdAt: Date,
    readonly expiresAt: Date,
    /** When it was last used, to the minute; null for never. */
    readonly lastUsedAt: Date | null,
  ) {}

  static make(
    id: string,
    accountId: string,
    { name, scopes, expiresAt }: KeyWish,
    { prefix, digest }: { prefix: string; digest: string },
    now: Date,
  ): ApiKey {
    return new ApiKey(id, accountId, name, scopes, prefix, digest, now, expiresAt, null);
  }

  isOver(now: Date): boolean {
    return now >= this.expiresAt;
  }

  /** Whether a use at this moment is to be written down. */
  isUseNews(now: Date): boolean {
    return this.lastUsedAt === null || now >= secondsAfter(this.lastUsedAt, SECONDS_BETWEEN_NOTES);
  }
}

/** The same day and time so many years later; 29 February becomes 1 March. */
export function yearsAfter(date: Date, years: number): Date {
  const later = new Date(date);
  later.setUTCFullYear(date.getUTCFullYear() + years);
  return later;
}
