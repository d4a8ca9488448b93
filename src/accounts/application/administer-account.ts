import type { Clock } from '../../shared/clock.ts';
import type { Account } from '../domain/account.ts';
import { foldedName } from '../domain/account-name.ts';
import type { OwnPolicy } from '../domain/usage-policy.ts';
import type { AccountRepository, AuditLog, PasswordHasher } from './ports.ts';

/** What the operator can do to an account from the command line. */
export class AdministerAccount {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly passwords: PasswordHasher,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  find(name: string): Promise<Account | null> {
    return this.accounts.findByName(foldedName(name));
  }

  /** Sets a password and ends every session. */
  async resetPassword(account: Account, password: string): Promise<void> {
    await this.accounts.changePassword(account.id, { to: await this.passwords.hash(password) });
    this.audit.write({ action: 'password_reset', account: account.id, address: 'operator' });
  }

  /** Sets what the account may do, in place of all that was set for it before; null for what its kind may. */
  async changePolicy(account: Account, policy: OwnPolicy | null): Promise<void> {
    await this.accounts.changePolicy(account.id, policy);
    this.audit.write({ action: 'policy_changed', account: account.id, address: 'operator' });
  }

  /** Ends every session and refuses every log-in from now on. */
  async disable(account: Account): Promise<void> {
    await this.accounts.disable(account.id, this.clock.now());
    this.audit.write({ action: 'account_disabled', account: account.id, address: 'operator' });
  }
}
