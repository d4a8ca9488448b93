import { codeOf } from '../../shared/application-error.ts';
import { secretExpectation } from '../../shared/expectation.ts';
import { assertNoFaults, fault } from '../../shared/faults.ts';
import type { Account } from '../domain/account.ts';
import type { Caller } from '../domain/caller.ts';
import { accountProblems } from '../domain/errors.ts';
import { PASSWORD_RULES, type PasswordKnowledge } from '../domain/password-rules.ts';
import type { PasswordGuesses } from './password-guesses.ts';
import type { AccountRepository, AuditLog, PasswordHasher } from './ports.ts';

/** Reads the caller's account and checks the password that they give again. */
export class ConfirmPassword {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly guesses: PasswordGuesses,
    private readonly audit: AuditLog,
  ) {}

  /** @throws wrong_credentials, too_many_wrong_passwords */
  async execute(caller: Caller, password: string): Promise<Account> {
    const account = await this.accounts.find(caller.ownAccountId);
    const right = await this.guesses
      .isRight(caller.key, account, password, caller.address, 'signed_in')
      .catch((error: unknown) => this.refuse(caller, error));
    return account && right ? account : this.refuse(caller);
  }

  /**
   * Writes down that the password was refused: as another one than the present one, or for this reason.
   * @throws the reason
   */
  refuse(
    { accountId, address }: Caller,
    reason: unknown = accountProblems.wrongCredentials.error(
      "Expected the account's present password, received another one",
    ),
  ): never {
    this.audit.write({ action: 'password_refused', account: accountId, address, reason: codeOf(reason) });
    throw reason;
  }
}

/** Replaces a password; every session ends, and the API keys are revoked if that is asked for. */
export class ChangePassword {
  constructor(
    private readonly confirm: ConfirmPassword,
    private readonly accounts: AccountRepository,
    private readonly passwords: PasswordHasher,
    private readonly knowledge: PasswordKnowledge,
    private readonly audit: AuditLog,
  ) {}

  /** @throws wrong_credentials, too_many_wrong_passwords, validation_failed */
  async execute(caller: Caller, current: string, next: string, { revokeKeys = false } = {}): Promise<void> {
    const account = await this.confirm.execute(caller, current);
    const broken = PASSWORD_RULES.filter((rule) => !rule.isKept(next, account, this.knowledge));
    assertNoFaults(
      broken.map(({ code, what }) => fault(['new_password'], code, secretExpectation(what, 'new_password', next))),
    );
    const change = { from: account.passwordHash, to: await this.passwords.hash(next), revokeKeys };
    // Somebody else may have changed it since it was confirmed: theirs stays.
    if (!(await this.accounts.changePassword(account.id, change))) this.confirm.refuse(caller);
    this.audit.write({ action: 'password_changed', account: account.id, address: caller.address });
  }
}
