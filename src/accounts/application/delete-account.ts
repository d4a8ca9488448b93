import type { Caller } from '../domain/caller.ts';
import type { EraseBelongings } from './account-belongings.ts';
import type { ConfirmPassword } from './change-password.ts';
import type { AccountRepository, AuditLog } from './ports.ts';

/** Removes an account with all that it owns. */
export class DeleteAccount {
  constructor(
    private readonly confirm: ConfirmPassword,
    private readonly accounts: AccountRepository,
    private readonly belongings: EraseBelongings,
    private readonly audit: AuditLog,
  ) {}

  /** @throws wrong_credentials, too_many_wrong_passwords */
  async execute(caller: Caller, password: string): Promise<void> {
    const { id } = await this.confirm.execute(caller, password);
    // The account goes first: whoever adds something for it at this moment looks for it afterwards, and cleans up.
    await this.accounts.remove(id);
    this.audit.write({ action: 'account_deleted', account: id, address: caller.address });
    await this.belongings.of(id);
  }
}
