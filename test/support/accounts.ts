import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { AccountBelongings, EraseBelongings } from '../../src/accounts/application/account-belongings.ts';
import { ChangePassword, ConfirmPassword } from '../../src/accounts/application/change-password.ts';
import { DeleteAccount } from '../../src/accounts/application/delete-account.ts';
import { LogIn } from '../../src/accounts/application/log-in.ts';
import { type GuessLimits, PasswordGuesses } from '../../src/accounts/application/password-guesses.ts';
import { type AuditEntry, AuditLog, PasswordHasher } from '../../src/accounts/application/ports.ts';
import { RefreshSession } from '../../src/accounts/application/refresh-session.ts';
import { RegisterAccount } from '../../src/accounts/application/register-account.ts';
import type { Account } from '../../src/accounts/domain/account.ts';
import { Caller } from '../../src/accounts/domain/caller.ts';
import type { Session } from '../../src/accounts/domain/session.ts';
import { Argon2PasswordHasher } from '../../src/accounts/infrastructure/credentials/argon2-password-hasher.ts';
import { JwtTokens } from '../../src/accounts/infrastructure/credentials/jwt-tokens.ts';
import { listedPasswords } from '../../src/accounts/infrastructure/credentials/listed-passwords.ts';
import { InProcessSlidingWindows } from '../../src/accounts/infrastructure/rates/in-process-sliding-windows.ts';
import { MikroOrmAccountRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-account.repository.ts';
import { MikroOrmSessionRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-session.repository.ts';
import { openDatabase } from '../../src/database/database.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { TestClock } from './test-clock.ts';

const LIFE = { refreshTokenSeconds: 7 * 86_400, sessionSeconds: 30 * 86_400 };

/** The real hasher, which lets a test act at the moment between the check of a password and what follows from it. */
class ObservedHasher extends PasswordHasher {
  readonly #real = new Argon2PasswordHasher();
  /** Against which hashes passwords were checked; null for a name that does not exist. */
  readonly checked: (string | null)[] = [];
  afterCheck: () => Promise<void> = async () => {};

  hash(password: string): Promise<string> {
    return this.#real.hash(password);
  }

  async verify(password: string, hash: string | null): Promise<boolean> {
    this.checked.push(hash);
    const matches = await this.#real.verify(password, hash);
    await this.afterCheck();
    return matches;
  }
}

/** What was written to the audit trail, oldest first. */
class RecordedAudit extends AuditLog {
  readonly entries: AuditEntry[] = [];

  write(entry: AuditEntry): void {
    this.entries.push(entry);
  }
}

/** The use cases of accounts over a database of their own. */
export async function startAccounts(limits: GuessLimits = { wrongPasswordsPerMinute: 5, wrongPasswordsPerHour: 100 }) {
  const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-test-'));
  const settings = loadSettings({ DATA_DIR: dataDir });
  Logger.overrideLogger(false);
  const orm = await openDatabase(settings);
  const clock = new TestClock();
  const accounts = new MikroOrmAccountRepository(orm.em);
  const sessions = new MikroOrmSessionRepository(orm.em);
  const hasher = new ObservedHasher();
  const tokens = new JwtTokens('a secret of the tests, 32 bytes long', 600, clock);
  const guesses = new PasswordGuesses(hasher, new InProcessSlidingWindows(clock), limits);
  const audit = new RecordedAudit();
  const confirm = new ConfirmPassword(accounts, guesses, audit);
  const belongings = new AccountBelongings();
  const erase = new EraseBelongings(accounts, belongings);
  const logIn = new LogIn(accounts, sessions, guesses, clock, LIFE, audit);
  return {
    ...{ clock, accounts, sessions, hasher, tokens, guesses, belongings, erase, logIn },
    audit: audit.entries,
    register: new RegisterAccount(accounts, hasher, clock, audit),
    refresh: new RefreshSession(sessions, tokens, clock, LIFE),
    changePassword: new ChangePassword(confirm, accounts, hasher, listedPasswords, audit),
    deleteAccount: new DeleteAccount(confirm, accounts, erase, audit),
    /** A session of this name, from one address. */
    logInAs: (name: string, password: string): Promise<Session> =>
      logIn.execute({ name, password, address: '192.0.2.7', agent: 'test', inCookie: false }),
    callerOf: (account: Account): Caller => Caller.account(account.id, 'session', '192.0.2.7', settings.policies),
    async stop(): Promise<void> {
      await orm.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type Accounts = Awaited<ReturnType<typeof startAccounts>>;
