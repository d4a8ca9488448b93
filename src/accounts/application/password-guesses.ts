import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApplicationError } from '../../shared/application-error.ts';
import type { Account } from '../domain/account.ts';
import { foldedName } from '../domain/account-name.ts';
import { addressKey } from '../domain/caller.ts';
import { accountProblems } from '../domain/errors.ts';
import { GuessWindow } from './guess-window.ts';
import type { PasswordHasher, SlidingWindows } from './ports.ts';

/** How many wrong passwords one name bears. */
export interface GuessLimits {
  /** From one address. */
  readonly wrongPasswordsPerMinute: number;
  /** From all addresses. */
  readonly wrongPasswordsPerHour: number;
}

/** How often a guess looks whether those before it have been checked, by this process or another one, and for how long. */
const LOOKS_EVERY_MS = 25;
const MOST_LOOKS = 400;

/**
 * Where a guess comes from: anywhere, or where the account is signed in. The two are counted apart: strangers, who can use up
 * what a name bears, shut out nobody who is signed in.
 */
export type GuessOrigin = 'anywhere' | 'signed_in';

/** Checks passwords and limits guessing, in the same time and words whether or not the name exists. */
export class PasswordGuesses {
  constructor(
    private readonly passwords: PasswordHasher,
    private readonly windows: SlidingWindows,
    private readonly limits: GuessLimits,
  ) {}

  /**
   * Whether this is the account's password. A guess takes its place before it is checked, so that a burst cannot pass
   * the limit, and gets it back when it is right. One that finds no place waits while others are checked: only passwords
   * that are known to be wrong refuse it.
   * @throws too_many_wrong_passwords
   */
  async isRight(
    name: string,
    account: Account | null,
    password: string,
    address: string,
    origin: GuessOrigin,
  ): Promise<boolean> {
    const target = `guess:${account?.id ?? keyOfName(name)}`;
    const windows = this.windowsOf(origin === 'anywhere' ? target : `${target}:${origin}`, address);
    await takeAll(windows);
    const right = await this.check(account, password).catch(async (error) => {
      // Nobody has learnt anything by it.
      await giveAllBack(windows);
      throw error;
    });
    if (right) await giveAllBack(windows);
    else await Promise.all(windows.map((window) => window.keep()));
    return right;
  }

  private async check(account: Account | null, password: string): Promise<boolean> {
    const matches = await this.passwords.verify(password, account?.passwordHash ?? null);
    return matches && account !== null && account.disabledAt === null;
  }

  private windowsOf(target: string, address: string): GuessWindow[] {
    const { wrongPasswordsPerMinute, wrongPasswordsPerHour } = this.limits;
    return [
      new GuessWindow(this.windows, `${target}:${addressKey(address)}`, wrongPasswordsPerMinute, 60),
      new GuessWindow(this.windows, target, wrongPasswordsPerHour, 3600),
    ];
  }
}

/** A name that nobody has may be as long as a request, and is counted for an hour: it is known by its digest. */
function keyOfName(name: string): string {
  return createHash('sha256').update(foldedName(name)).digest('base64url');
}

/** Takes a place in each. @throws too_many_wrong_passwords */
async function takeAll(windows: readonly GuessWindow[]): Promise<void> {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    if (looks > 0) await pause(LOOKS_EVERY_MS);
    if (await isTakenInAll(windows)) return;
  }
  // More are checked, by many processes, than can be waited for; or one has died meanwhile, and its places with it.
  throw accountProblems.tooManyWrongPasswords.error(
    `Expected the passwords that are being checked for one name to be done within ${(LOOKS_EVERY_MS * MOST_LOOKS) / 1000} s, found that they are not`,
    { retryAfter: 1 },
  );
}

/** All places or none. @throws too_many_wrong_passwords */
async function isTakenInAll(windows: readonly GuessWindow[]): Promise<boolean> {
  for (const [n, window] of windows.entries()) {
    const place = await window.take();
    if (place === 'taken') continue;
    await giveAllBack(windows.slice(0, n));
    if (place === 'others_checked') return false;
    throw refusal(window, place.freesIn);
  }
  return true;
}

async function giveAllBack(windows: readonly GuessWindow[]): Promise<void> {
  await Promise.all(windows.map((window) => window.giveBack()));
}

function refusal({ limit, seconds }: GuessWindow, freesIn: number): ApplicationError {
  const window = seconds === 60 ? 'in any minute from one address' : 'in any hour';
  return accountProblems.tooManyWrongPasswords.error(
    `Expected at most ${limit} wrong passwords for one name ${window}, received one more; try again in ${freesIn} s`,
    { retryAfter: freesIn },
  );
}
