import { randomBytes, randomUUID } from 'node:crypto';
import { codeOf } from '../../shared/application-error.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Account } from '../domain/account.ts';
import { foldedName } from '../domain/account-name.ts';
import { addressKey } from '../domain/caller.ts';
import { accountProblems } from '../domain/errors.ts';
import { Session, type SessionLife } from '../domain/session.ts';
import type { GuessOrigin, PasswordGuesses } from './password-guesses.ts';
import type { AccountRepository, AuditLog, SessionRepository } from './ports.ts';

/** The id of no account. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Who logs in, from where. */
export interface LogInAttempt {
  /** Username or e-mail. */
  name: string;
  password: string;
  address: string;
  agent: string;
  inCookie: boolean;
}

/** A new `jti`: 128 random bits. */
export function newTokenId(): string {
  return randomBytes(16).toString('base64url');
}

/** Opens a session for the right name and password. */
export class LogIn {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
    private readonly guesses: PasswordGuesses,
    private readonly clock: Clock,
    private readonly life: SessionLife,
    private readonly audit: AuditLog,
  ) {}

  /** @throws wrong_credentials, too_many_wrong_passwords */
  async execute(attempt: LogInAttempt): Promise<Session> {
    const { address } = attempt;
    const account = await this.accounts.findByName(foldedName(attempt.name));
    try {
      const session = await this.open(account, attempt);
      this.audit.write({ action: 'logged_in', account: session.accountId, address });
      return session;
    } catch (error) {
      this.audit.write({ action: 'log_in_refused', account: account?.id ?? null, address, reason: codeOf(error) });
      throw error;
    }
  }

  private async open(account: Account | null, { name, password, ...client }: LogInAttempt): Promise<Session> {
    const origin = await this.originOf(client.address, account);
    const right = await this.guesses.isRight(name, account, password, client.address, origin);
    if (!account || !right) throw this.wrongCredentials();
    const ids = { session: randomUUID(), token: newTokenId() };
    const session = Session.open(ids, account.id, client, this.clock.now(), this.life);
    // The password may have changed, or the account gone, while it was checked: such a session must not live.
    if (!(await this.sessions.add(session, account.passwordHash))) throw this.wrongCredentials();
    return session;
  }

  /** Of a name that nobody has as much is asked: it must take as long. */
  private async originOf(address: string, account: Account | null): Promise<GuessOrigin> {
    const accountId = account?.id ?? NOBODY;
    const isSignedIn = await this.sessions.isSignedIn(accountId, addressKey(address), this.clock.now());
    return isSignedIn ? 'signed_in' : 'anywhere';
  }

  private wrongCredentials() {
    return accountProblems.wrongCredentials.error(
      'Expected the name and password of an account, received a pair that no account has',
    );
  }
}
