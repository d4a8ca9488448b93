import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { shown } from '../../shared/expectation.ts';
import { Account } from '../domain/account.ts';
import { accountProblems } from '../domain/errors.ts';
import type { AccountRepository, AuditLog, PasswordHasher } from './ports.ts';

/** What a registration says; its fields are checked already. */
export interface Registration {
  username: string;
  email: string;
  password: string;
}

/** Makes an account. */
export class RegisterAccount {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly passwords: PasswordHasher,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /**
   * `address` is where the registration came from.
   * @throws username_taken, email_taken
   */
  async execute({ username, email, password }: Registration, address: string): Promise<Account> {
    const hash = await this.passwords.hash(password);
    const account = Account.register(randomUUID(), username, email, hash, this.clock.now());
    const outcome = await this.accounts.add(account);
    if (outcome === 'username_taken') {
      throw accountProblems.usernameTaken.error(`Expected a username that nobody has, received ${shown(username)}`);
    }
    if (outcome === 'email_taken') {
      throw accountProblems.emailTaken.error(`Expected an e-mail that nobody has, received ${shown(email)}`);
    }
    this.audit.write({ action: 'registered', account: account.id, address });
    return account;
  }
}
