import type { Account } from '../domain/account.ts';
import type { ApiKey } from '../domain/api-key.ts';
import type { Session } from '../domain/session.ts';
import type { OwnPolicy } from '../domain/usage-policy.ts';

/** What a change of password asks for. */
export interface PasswordChange {
  /** The hash of the password that was confirmed; without one the change is made whatever the password is. */
  readonly from?: string;
  /** The hash of the new one. */
  readonly to: string;
  /** Whether the API keys go too. */
  readonly revokeKeys?: boolean;
}

/** Stores accounts. Names and e-mails share one space in which each stands once. */
export abstract class AccountRepository {
  /** Adds the account, or says which of its names is taken. Of many at the same moment, one is added. */
  abstract add(account: Account): Promise<'added' | 'username_taken' | 'email_taken'>;
  abstract find(id: string): Promise<Account | null>;
  /** By username or e-mail, as `foldedName` gives it; as much work for a name that nobody has. */
  abstract findByName(foldedName: string): Promise<Account | null>;
  /** Changes the password, if it is the confirmed one still, and ends every session at one moment; true if it was. */
  abstract changePassword(id: string, change: PasswordChange): Promise<boolean>;
  /** Refuses the account, and ends every session, at one moment. */
  abstract disable(id: string, now: Date): Promise<void>;
  /** Lets a disabled account in again. */
  abstract enable(id: string): Promise<void>;
  /** All of them, oldest first. */
  abstract list(): Promise<Account[]>;
  /** From the next request on. */
  abstract changePolicy(id: string, policy: OwnPolicy | null): Promise<void>;
  /** Removes the account with its sessions, keys and counts at one moment, and remembers that it may own more. */
  abstract remove(id: string): Promise<void>;
  /** Removed accounts that may own something still. */
  abstract removed(): Promise<string[]>;
  /** Says that a removed account owns nothing any more. */
  abstract forgetRemoved(id: string): Promise<void>;
}

/** A session or a key that is good, with what the operator has set for its account alone: both come by one read. */
export interface Proof<T> {
  readonly of: T;
  readonly ownPolicy: OwnPolicy | null;
}

/** Stores sessions. A session that has ended has no row. */
export abstract class SessionRepository {
  /** Adds it if its account is there, not disabled, and still has this hash of its password; whether it was added. */
  abstract add(session: Session, passwordHash: string): Promise<boolean>;
  /** The session, if its account is there and not disabled. */
  abstract find(id: string): Promise<Session | null>;
  /** The same, with its account's own policy. */
  abstract prove(id: string): Promise<Proof<Session> | null>;
  /** The account's sessions that are not over, newest first; no more than the thousand newest. */
  abstract listOf(accountId: string, now: Date): Promise<Session[]>;
  /** Whether one of the account's sessions that are not over was opened from there; as much work for an id of no account. */
  abstract isSignedIn(accountId: string, addressKey: string, now: Date): Promise<boolean>;
  /** Writes the rotation if `tokenId` is still the present token; true for the one caller who did. */
  abstract rotate(id: string, tokenId: string, rotation: ReturnType<Session['rotation']>): Promise<boolean>;
  /** True if there was such a session of this account. */
  abstract end(id: string, accountId: string): Promise<boolean>;
  /** Ends all of an account; how many that were. */
  abstract endAllOf(accountId: string): Promise<number>;
  abstract endExpired(now: Date): Promise<void>;
}

/** Stores API keys. A key that is revoked has no row. */
export abstract class ApiKeyRepository {
  /**
   * Adds the key if the session that asks for it is still there, and its account has fewer than `most`; of many at the same
   * moment no more are added.
   */
  abstract add(key: ApiKey, most: number, sessionId: string | null): Promise<'added' | 'too_many_keys' | 'shut_out'>;
  /** The key with this prefix, if its account is there and not disabled. */
  abstract findByPrefix(prefix: string): Promise<ApiKey | null>;
  /** The same, with its account's own policy. */
  abstract prove(prefix: string): Promise<Proof<ApiKey> | null>;
  /** The account's keys, newest first; expired ones stay until they are revoked. */
  abstract listOf(accountId: string): Promise<ApiKey[]>;
  /** Writes down the last use, unless another request has since the key was read. */
  abstract recordUse(key: ApiKey, now: Date): Promise<void>;
  /** True if there was such a key of this account. */
  abstract revoke(id: string, accountId: string): Promise<boolean>;
  /** Revokes all of an account; how many that were. */
  abstract revokeAllOf(accountId: string): Promise<number>;
}

/** How many images callers have had accepted in a calendar month (`2026-01`); a job counts itself as it is added. */
export abstract class MonthlyImages {
  abstract accepted(ownerKey: string, month: string): Promise<number>;
  /** Begins a month's count at this, or raises it to this: it was begun earlier, and then there was no limit for a while. */
  abstract begin(ownerKey: string, month: string, images: number): Promise<void>;
  /** Removes the counts of earlier months. */
  abstract forget(before: string): Promise<void>;
}

/** Hashes passwords; slow on purpose, and bounded in how many it hashes at once. */
export abstract class PasswordHasher {
  abstract hash(password: string): Promise<string>;
  /** Compares with a hash, or with none in the same time (for a name that does not exist). */
  abstract verify(password: string, hash: string | null): Promise<boolean>;
}

/** What a refresh token says. */
export interface RefreshClaims {
  sessionId: string;
  accountId: string;
  tokenId: string;
}

/** Signs and reads tokens. */
export abstract class Tokens {
  /** A new access token for the session, and how long it lives: never longer than the session. */
  abstract access(session: Session): { readonly token: string; readonly expiresInSeconds: number };
  /** The session's present refresh token; the same session gives the same token, to the letter. */
  abstract refresh(session: Session): string;
  /** The claims of a refresh token that is genuine and not expired; null otherwise. */
  abstract readRefresh(token: string): RefreshClaims | null;
}

/** What a window says of one attempt. */
export interface WindowState {
  accepted: boolean;
  /** Accepted attempts in the window, this one included. */
  used: number;
  /** Seconds until the oldest of them leaves the window, rounded up. */
  freesIn: number;
}

/** Counts attempts in true sliding windows: any `seconds` hold at most `limit` accepted ones, in parallel bursts too. */
export abstract class SlidingWindows {
  /** Takes a place under `key`, or as many as the attempt weighs, if there are so many; a refused one takes none. */
  abstract take(key: string, limit: number, seconds: number, weight?: number): Promise<WindowState>;
  /** Gives the newest place back. */
  abstract giveBack(key: string): Promise<void>;
}

/** Something that somebody did to an account, or tried to. Names and secrets are no part of it. */
export interface AuditEntry {
  readonly action:
    | 'registered'
    | 'logged_in'
    | 'log_in_refused'
    | 'password_refused'
    | 'password_changed'
    | 'account_deleted'
    | 'password_reset'
    | 'account_disabled'
    | 'account_enabled'
    | 'sessions_ended'
    | 'keys_revoked'
    | 'policy_changed';
  /** Id of the account; null when there is none of that name. */
  readonly account: string | null;
  /** Where the request came from; `operator` for the command line. */
  readonly address: string;
  /** The problem's code of what was refused. */
  readonly reason?: string;
}

/** Where an operator reads who did what. */
export abstract class AuditLog {
  abstract write(entry: AuditEntry): void;
}
