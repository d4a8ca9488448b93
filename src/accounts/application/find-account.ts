import type { Account } from '../domain/account.ts';
import { accountGone } from '../domain/errors.ts';
import type { AccountRepository } from './ports.ts';

/** Reads the caller's own account. */
export class FindAccount {
  constructor(private readonly accounts: AccountRepository) {}

  /** @throws invalid_token when it has been deleted since the token was checked */
  async execute(accountId: string): Promise<Account> {
    const account = await this.accounts.find(accountId);
    if (!account) throw accountGone();
    return account;
  }
}
