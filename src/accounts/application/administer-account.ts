import type { Clock } from '../../shared/clock.ts';
import type { Account } from '../domain/account.ts';
import { foldedName } from '../domain/account-name.ts';
import type { ApiKey } from '../domain/api-key.ts';
import type { OwnPolicy } from '../domain/usage-policy.ts';
import type {
  AccountRepository,
  ApiKeyRepository,
  AuditEntry,
  AuditLog,
  PasswordHasher,
  SessionRepository,
} from './ports.ts';

/** What the operator can do to an account from the command line. */
export class AdministerAccount {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
    private readonly keys: ApiKeyRepository,
    private readonly passwords: PasswordHasher,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  find(name: string): Promise<Account | null> {
    return this.accounts.findByName(foldedName(name));
  }

  /** All accounts, oldest first; of these, those whose name or e-mail holds `text`. */
  async list(text = ''): Promise<Account[]> {
    const wanted = foldedName(text);
    const all = await this.accounts.list();
    return all.filter(({ usernameKey, emailKey }) => usernameKey.includes(wanted) || emailKey.includes(wanted));
  }

  /** Sets a password and ends every session. */
  async resetPassword(account: Account, password: string): Promise<void> {
    await this.accounts.changePassword(account.id, { to: await this.passwords.hash(password) });
    this.note('password_reset', account);
  }

  /** Sets what the account may do, in place of all that was set for it before; null for what its kind may. */
  async changePolicy(account: Account, policy: OwnPolicy | null): Promise<void> {
    await this.accounts.changePolicy(account.id, policy);
    this.note('policy_changed', account);
  }

  /** Ends every session and refuses every log-in from now on. */
  async disable(account: Account): Promise<void> {
    await this.accounts.disable(account.id, this.clock.now());
    this.note('account_disabled', account);
  }

  /** Lets a disabled account log in again; API keys that it has not lost meanwhile are good again. */
  async enable(account: Account): Promise<void> {
    await this.accounts.enable(account.id);
    this.note('account_enabled', account);
  }

  /** Ends every session; how many that were. */
  async endSessions(account: Account): Promise<number> {
    const ended = await this.sessions.endAllOf(account.id);
    this.note('sessions_ended', account);
    return ended;
  }

  /** The account's API keys, newest first. */
  keysOf(account: Account): Promise<ApiKey[]> {
    return this.keys.listOf(account.id);
  }

  /** Revokes one key of the account; false when it has none of this id. */
  async revokeKey(account: Account, keyId: string): Promise<boolean> {
    const isRevoked = await this.keys.revoke(keyId.toLowerCase(), account.id);
    if (isRevoked) this.note('keys_revoked', account);
    return isRevoked;
  }

  /** Revokes every API key; how many that were. */
  async revokeKeys(account: Account): Promise<number> {
    const revoked = await this.keys.revokeAllOf(account.id);
    this.note('keys_revoked', account);
    return revoked;
  }

  /** Removes the account; what it owns is erased by a service that runs, like what a deletion leaves that was cut short. */
  async delete(account: Account): Promise<void> {
    await this.accounts.remove(account.id);
    this.note('account_deleted', account);
  }

  private note(action: AuditEntry['action'], { id }: Account): void {
    this.audit.write({ action, account: id, address: 'operator' });
  }
}
