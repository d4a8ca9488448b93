import { codeOf } from '../../shared/application-error.ts';
import { secretExpectation } from '../../shared/expectation.ts';
import { requestProblems } from '../../shared/problems.ts';
import type { Account } from '../domain/account.ts';
import type { Caller } from '../domain/caller.ts';
import { accountProblems } from '../domain/errors.ts';
import { PASSWORD_RULES, type PasswordKnowledge } from '../domain/password-rules.ts';
import type { PasswordGuesses } from './password-guesses.ts';
import type { AccountRepository, ApiKeyRepository, AuditLog, PasswordHasher, SessionRepository } from './ports.ts';

/** Reads the caller's account and checks the password that they give again. */
export class ConfirmPassword {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly guesses: PasswordGuesses,
    private readonly audit: AuditLog,
  ) {}

  /** @throws wrong_credentials, too_many_wrong_passwords */
  async execute(caller: Caller, password: string): Promise<Account> {
    const account = caller.accountId === null ? null : await this.accounts.find(caller.accountId);
    const who = { account: caller.accountId, address: caller.address };
    const right = await this.guesses.isRight(caller.key, account, password, caller.address).catch((error: unknown) => {
      this.audit.write({ action: 'password_refused', ...who, reason: codeOf(error) });
      throw error;
    });
    if (!account || !right) {
      this.audit.write({ action: 'password_refused', ...who, reason: accountProblems.wrongCredentials.code });
      throw accountProblems.wrongCredentials.error("Expected the account's present password, received another one");
    }
    return account;
  }
}

/** Replaces a password; every session ends, and the API keys are revoked if that is asked for. */
export class ChangePassword {
  constructor(
    private readonly confirm: ConfirmPassword,
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
    private readonly keys: ApiKeyRepository,
    private readonly passwords: PasswordHasher,
    private readonly knowledge: PasswordKnowledge,
    private readonly audit: AuditLog,
  ) {}

  /** @throws wrong_credentials, too_many_wrong_passwords, validation_failed */
  async execute(caller: Caller, current: string, next: string, { revokeKeys = false } = {}): Promise<void> {
    const account = await this.confirm.execute(caller, current);
    const errors = PASSWORD_RULES.filter((rule) => !rule.isKept(next, account, this.knowledge)).map(
      ({ code, what }) => ({
        pointer: '/new_password',
        code,
        detail: secretExpectation(what, 'new_password', next),
      }),
    );
    if (errors[0]) throw requestProblems.validationFailed.error(errors[0].detail, { errors });
    await this.accounts.changePassword(account.id, await this.passwords.hash(next));
    await this.sessions.endAllOf(account.id);
    if (revokeKeys) await this.keys.revokeAllOf(account.id);
    this.audit.write({ action: 'password_changed', account: account.id, address: caller.address });
  }
}
