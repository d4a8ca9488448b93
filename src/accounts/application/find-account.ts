import type { Account } from '../domain/account.ts';
import type { Caller } from '../domain/caller.ts';
import { accountProblems } from '../domain/errors.ts';
import type { AccountRepository } from './ports.ts';

/** Reads the caller's own account. */
export class FindAccount {
  constructor(private readonly accounts: AccountRepository) {}

  /** @throws invalid_token when it has been deleted since the token was checked */
  async execute(caller: Caller): Promise<Account> {
    const account = caller.accountId === null ? null : await this.accounts.find(caller.accountId);
    if (!account)
      throw accountProblems.invalidToken.error('Expected the token of an account, received one of no account');
    return account;
  }
}
