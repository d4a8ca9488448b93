import type { ThrottlerStorage } from '@nestjs/throttler';
import type { SlidingWindows } from '../../application/ports.ts';

/** Lets the throttler count in true sliding windows: its own storages count fixed ones, or refused requests too. */
export class SlidingThrottlerStorage implements ThrottlerStorage {
  constructor(private readonly windows: SlidingWindows) {}

  /** `weight` is how many places of the window the request takes. */
  async increment(key: string, ttl: number, limit: number, _block?: number, _name?: string, weight = 1) {
    const { accepted, used, freesIn } = await this.windows.take(`rate:${key}`, limit, ttl / 1000, weight);
    return { totalHits: used, timeToExpire: freesIn, isBlocked: !accepted, timeToBlockExpire: freesIn };
  }
}
