import type { Caller } from '../domain/caller.ts';
import type { ConfirmPassword } from './change-password.ts';
import type { AccountRepository, ApiKeyRepository, AuditLog, MonthlyImages, SessionRepository } from './ports.ts';

/** What other modules keep for an account. They know this module, it does not know them: each says how to erase its part. */
export class AccountBelongings {
  private readonly erasers: ((accountId: string) => Promise<void>)[] = [];

  erasedBy(eraser: (accountId: string) => Promise<void>): void {
    this.erasers.push(eraser);
  }

  async erase(accountId: string): Promise<void> {
    for (const eraser of this.erasers) await eraser(accountId);
  }
}

/** Removes an account with all that it owns. */
export class DeleteAccount {
  constructor(
    private readonly confirm: ConfirmPassword,
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
    private readonly keys: ApiKeyRepository,
    private readonly months: MonthlyImages,
    private readonly belongings: AccountBelongings,
    private readonly audit: AuditLog,
  ) {}

  /** @throws wrong_credentials, too_many_wrong_passwords */
  async execute(caller: Caller, password: string): Promise<void> {
    const { id } = await this.confirm.execute(caller, password);
    // The account goes first: whoever adds something for it at this moment looks for it afterwards, and cleans up.
    await this.accounts.remove(id);
    await this.sessions.endAllOf(id);
    await this.keys.revokeAllOf(id);
    await this.belongings.erase(id);
    await this.months.removeAllOf(caller.key);
    this.audit.write({ action: 'account_deleted', account: id, address: caller.address });
  }
}
