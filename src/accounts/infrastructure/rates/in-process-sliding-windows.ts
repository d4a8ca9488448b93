import type { Clock } from '../../../shared/clock.ts';
import { SlidingWindows, type WindowState } from '../../application/ports.ts';

/** Keys are tidied after this many attempts, so that callers who went away take no memory. */
const ATTEMPTS_BETWEEN_TIDYING = 1000;

/** Attempts that have left a window are kept until they are so many, and half of all: each is moved once on average. */
const ATTEMPTS_DROPPED = 100;

interface Window {
  /** When each accepted attempt was made, oldest first, in elapsed milliseconds: nobody waits longer when the clock is set back. */
  attempts: number[];
  /** The first of them that is still within the window. */
  first: number;
  length: number;
}

/**
 * Sliding windows in the memory of this process. Our own, since the libraries count in fixed windows or block for a whole
 * one after a refusal: neither holds exactly in any 60 seconds, nor frees a place as soon as one is free.
 */
export class InProcessSlidingWindows extends SlidingWindows {
  private readonly windows = new Map<string, Window>();
  private untilTidying = ATTEMPTS_BETWEEN_TIDYING;

  constructor(private readonly clock: Clock) {
    super();
  }

  async take(key: string, limit: number, seconds: number, weight = 1): Promise<WindowState> {
    const now = this.clock.elapsed();
    const length = seconds * 1000;
    this.tidy(now);
    const window = this.windows.get(key) ?? { attempts: [], first: 0, length };
    this.windows.set(key, window);
    slide(window, now - length);
    const { attempts, first } = window;
    const over = attempts.length - first + weight - limit;
    const accepted = over <= 0;
    for (let place = 0; accepted && place < weight; place += 1) attempts.push(now);
    // Whoever is refused has to wait until as many have left as they are over.
    const leaving = attempts[first + Math.max(0, over - 1)] ?? now;
    return {
      accepted,
      used: attempts.length - first,
      freesIn: Math.max(1, Math.ceil((leaving + length - now) / 1000)),
    };
  }

  async giveBack(key: string): Promise<void> {
    const window = this.windows.get(key);
    if (window && window.attempts.length > window.first) window.attempts.pop();
  }

  private tidy(now: number): void {
    this.untilTidying -= 1;
    if (this.untilTidying > 0) return;
    this.untilTidying = ATTEMPTS_BETWEEN_TIDYING;
    for (const [key, { attempts, length }] of this.windows) {
      if ((attempts.at(-1) ?? 0) <= now - length) this.windows.delete(key);
    }
  }
}

/** Leaves attempts up to this moment behind. */
function slide(window: Window, end: number): void {
  const { attempts } = window;
  while (window.first < attempts.length && (attempts[window.first] as number) <= end) window.first += 1;
  if (window.first < ATTEMPTS_DROPPED || window.first * 2 < attempts.length) return;
  attempts.splice(0, window.first);
  window.first = 0;
}
