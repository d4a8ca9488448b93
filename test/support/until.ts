import { inspect } from 'node:util';
import { vi } from 'vitest';

/** Long enough for all that heals itself: Bull takes most, up to 90 s, to miss a dead worker. */
const PATIENCE_MS = 180_000;
const PAUSE_MS = 50;

/** Asks again and again, with a pause in milliseconds, until the answer is as it should be, and resolves with it. */
export function until<T>(
  ask: () => T | Promise<T>,
  isRight: (answer: T) => boolean,
  pause: number = PAUSE_MS,
): Promise<T> {
  const asked = async () => {
    const answer = await ask();
    if (!isRight(answer)) throw new Error(`Expected another answer of ${ask}, received ${inspect(answer)}`);
    return answer;
  };
  // Unlike `expect.poll` it works in tests that run side by side.
  return vi.waitFor(asked, { timeout: PATIENCE_MS, interval: pause });
}

/** Asks again and again until nothing is found. */
export async function untilNone(find: () => unknown[] | Promise<unknown[]>): Promise<void> {
  await until(find, (found) => found.length === 0);
}
