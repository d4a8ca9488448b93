import { beforeEach, expect, test } from 'vitest';
import { PasswordGuesses } from '../../../src/accounts/application/password-guesses.ts';
import { PasswordHasher } from '../../../src/accounts/application/ports.ts';
import { InProcessSlidingWindows } from '../../../src/accounts/infrastructure/rates/in-process-sliding-windows.ts';
import { TestClock } from '../../support/test-clock.ts';

class NothingMatches extends PasswordHasher {
  async hash(): Promise<string> {
    return '';
  }
  async verify(): Promise<boolean> {
    return false;
  }
}

/** The windows of a process, with what they are kept under. */
class KnownWindows extends InProcessSlidingWindows {
  readonly keys = new Set<string>();
  override take(key: string, limit: number, seconds: number, weight?: number) {
    this.keys.add(key);
    return super.take(key, limit, seconds, weight);
  }
}

let windows: KnownWindows;
let guesses: PasswordGuesses;
beforeEach(() => {
  windows = new KnownWindows(new TestClock());
  guesses = new PasswordGuesses(new NothingMatches(), windows, {
    wrongPasswordsPerMinute: 1,
    wrongPasswordsPerHour: 9,
  });
});

const guess = (name: string) => guesses.isRight(name, null, 'a password', '192.0.2.1', 'anywhere');

// One character of this name becomes eighteen as it is compared.
test.each(['nobody', 'ﷺ'.repeat(4096)])(
  'a name that nobody has takes no more memory the longer it is',
  async (name) => {
    await guess(name);
    expect(windows.keys.size).toBe(4);
    for (const key of windows.keys) expect(key.length).toBeLessThan(100);
  },
);

test('spellings of a name that nobody has are one, and names of one beginning are two', async () => {
  const name = 'a'.repeat(4000);
  await guess(`${name}b`);
  await expect(guess(`${name}B`)).rejects.toMatchObject({ problem: { code: 'too_many_wrong_passwords' } });
  await expect(guess(`${name}c`)).resolves.toBe(false);
});
