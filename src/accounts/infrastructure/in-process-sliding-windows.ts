import type { Clock } from '../../shared/clock.ts';
import { SlidingWindows, type WindowState } from '../application/ports.ts';

/** Keys are tidied after this many attempts, so that callers who went away take no memory. */
const ATTEMPTS_BETWEEN_TIDYING = 1000;

interface Window {
  /** When each accepted attempt was made, oldest first, in milliseconds. */
  attempts: number[];
  length: number;
}

/** Sliding windows in the memory of this process. */
export class InProcessSlidingWindows extends SlidingWindows {
  private readonly windows = new Map<string, Window>();
  private untilTidying = ATTEMPTS_BETWEEN_TIDYING;

  constructor(private readonly clock: Clock) {
    super();
  }

  async take(key: string, limit: number, seconds: number): Promise<WindowState> {
    const now = this.clock.now().getTime();
    const length = seconds * 1000;
    this.tidy(now);
    const attempts = (this.windows.get(key)?.attempts ?? []).filter((at) => at > now - length);
    const accepted = attempts.length < limit;
    if (accepted) attempts.push(now);
    this.windows.set(key, { attempts, length });
    const oldest = attempts[0] ?? now;
    return { accepted, used: attempts.length, freesIn: Math.max(1, Math.ceil((oldest + length - now) / 1000)) };
  }

  async giveBack(key: string): Promise<void> {
    this.windows.get(key)?.attempts.pop();
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
