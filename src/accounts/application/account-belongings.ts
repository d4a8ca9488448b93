import { eachToTheEnd } from '../../shared/each-to-the-end.ts';
import type { AccountRepository } from './ports.ts';

/** What other modules keep for an account. They know this module, it does not know them: each says how to erase its part. */
export class AccountBelongings {
  private readonly erasers: ((accountId: string) => Promise<void>)[] = [];

  /** An eraser may be asked again for an account whose part it has erased. */
  erasedBy(eraser: (accountId: string) => Promise<void>): void {
    this.erasers.push(eraser);
  }

  /**
   * Every part, also when one cannot be erased.
   * @throws the first failure
   */
  erase(accountId: string): Promise<void> {
    return eachToTheEnd(this.erasers, (eraser) => eraser(accountId));
  }
}

/** Erases what removed accounts own. Until all of it is gone the account is remembered, so that it can be gone on with. */
export class EraseBelongings {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly belongings: AccountBelongings,
  ) {}

  /** Of one removed account. */
  async of(accountId: string): Promise<void> {
    await this.belongings.erase(accountId);
    await this.accounts.forgetRemoved(accountId);
  }

  /** Of all whose erasure was cut short: by a crash, or by a store or database that was away. */
  async ofAllRemoved(): Promise<void> {
    await eachToTheEnd(await this.accounts.removed(), (accountId) => this.of(accountId));
  }
}
