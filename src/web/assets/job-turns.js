import { Problem } from './http.js';
import { showWaiting } from './job-stage.js';
import { pause } from './pause.js';

/** Counts what is shown, so that what was left behind shows nothing more. */
let shown = 0;

/** Begins to show something else. */
export function begin() {
  shown += 1;
  return shown;
}

/** Whether nothing else is shown since. @param {number} turn that `begin` answered */
export function isShown(turn) {
  return turn === shown;
}

/** Seconds until the next try, where the server names none. */
const RETRY_SECONDS = 5;

/**
 * Tries again after the time that a refusal names, where waiting is all that is asked for.
 * @template T
 * @param {() => Promise<T>} action @param {number} turn
 * @returns {Promise<T>}
 */
export function patiently(action, turn) {
  return again(action, turn, (problem) => (isPassing(problem) ? problem.retryAfter : undefined));
}

/**
 * Tries again also while the server cannot be reached, or is unavailable: for what it has made already.
 * @template T
 * @param {() => Promise<T>} action @param {number} turn
 * @returns {Promise<T>}
 */
export function persistently(action, turn) {
  return again(action, turn, ({ status, retryAfter }) =>
    [0, 429, 503].includes(status) ? (retryAfter ?? RETRY_SECONDS) : undefined,
  );
}

/**
 * @template T
 * @param {() => Promise<T>} action @param {number} turn
 * @param {(problem: Problem) => number | undefined} waitOf seconds after which it is tried again, if it is
 * @returns {Promise<T>}
 */
async function again(action, turn, waitOf) {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      const seconds = error instanceof Problem && waitOf(error);
      if (!seconds) throw error;
      if (isShown(turn)) showWaiting('It goes on as soon as the server takes another request.');
      await pause(seconds);
    }
  }
}

/** Waits, as `follow` asks for it. @param {number} turn @returns {(seconds: number) => Promise<void>} */
export const pauseOf = (turn) => async (seconds) => {
  if (isShown(turn) && seconds > 2) showWaiting('Its state follows as soon as the server takes another request.');
  await pause(seconds);
};

/** Says that the list of jobs has changed. */
export function announce() {
  dispatchEvent(new Event('imagepro:jobs'));
}

/** @param {Problem} problem */
function isPassing({ code }) {
  return code === 'too_many_requests' || code === 'idempotency_key_in_flight';
}
