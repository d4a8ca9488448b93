import type { Account } from '../domain/account.ts';
import { foldedName } from '../domain/account-name.ts';
import { addressKey } from '../domain/caller.ts';
import { accountProblems } from '../domain/errors.ts';
import type { PasswordHasher, SlidingWindows } from './ports.ts';

/** How many wrong passwords one name bears. */
export interface GuessLimits {
  /** From one address. */
  readonly wrongPasswordsPerMinute: number;
  /** From all addresses. */
  readonly wrongPasswordsPerHour: number;
}

/** Checks passwords and limits guessing, in the same time and words whether or not the name exists. */
export class PasswordGuesses {
  constructor(
    private readonly passwords: PasswordHasher,
    private readonly windows: SlidingWindows,
    private readonly limits: GuessLimits,
  ) {}

  /**
   * Whether this is the account's password. A guess takes its place before it is checked, so that a burst cannot pass
   * the limit, and gets it back when it is right.
   * @throws too_many_wrong_passwords
   */
  async isRight(name: string, account: Account | null, password: string, address: string): Promise<boolean> {
    const target = `guess:${account?.id ?? foldedName(name)}`;
    const fromHere = `${target}:${addressKey(address)}`;
    await this.take(fromHere, this.limits.wrongPasswordsPerMinute, 60);
    await this.take(target, this.limits.wrongPasswordsPerHour, 3600).catch(async (error) => {
      await this.windows.giveBack(fromHere);
      throw error;
    });
    const matches = await this.passwords.verify(password, account?.passwordHash ?? null);
    const right = matches && account !== null && account.disabledAt === null;
    if (right) await Promise.all([this.windows.giveBack(fromHere), this.windows.giveBack(target)]);
    return right;
  }

  private async take(key: string, limit: number, seconds: number): Promise<void> {
    const { accepted, freesIn } = await this.windows.take(key, limit, seconds);
    if (accepted) return;
    const window = seconds === 60 ? 'in any minute from one address' : 'in any hour';
    throw accountProblems.tooManyWrongPasswords.error(
      `Expected at most ${limit} wrong passwords for one name ${window}, received one more; try again in ${freesIn} s`,
      { retryAfter: freesIn },
    );
  }
}
