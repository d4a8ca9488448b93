import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Clock } from '../../../shared/clock.ts';
import { SlidingWindows, type WindowState } from '../../application/ports.ts';
import { InProcessSlidingWindows } from './in-process-sliding-windows.ts';

/**
 * A window is a sorted set of the attempts that were accepted, by their time. The script runs as one step, so that of
 * many processes at the same moment none sees a place that another one takes.
 */
const TAKE_SCRIPT = `
local now, length, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - length)
local used = redis.call('ZCARD', KEYS[1])
local accepted = used < limit
if accepted then
  redis.call('ZADD', KEYS[1], now, ARGV[4])
  redis.call('PEXPIRE', KEYS[1], length)
  used = used + 1
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return { accepted and 1 or 0, used, oldest[2] or tostring(now) }
`;

/** What the script is called by; Redis keeps it, so that only its digest is sent. */
interface TakingRedis {
  takeAttempt(key: string, now: number, length: number, limit: number, name: string): Promise<Answer>;
}

type Answer = [accepted: number, used: number, oldest: string];

/** Sliding windows in Redis, exact over all processes; while it does not answer, each process counts for itself. */
export class RedisSlidingWindows extends SlidingWindows {
  private readonly logger = new Logger('Throttle');
  private readonly alone: InProcessSlidingWindows;
  private readonly taking: TakingRedis;
  private isAlone = false;

  constructor(
    private readonly redis: Redis,
    private readonly clock: Clock,
  ) {
    super();
    this.alone = new InProcessSlidingWindows(clock);
    redis.defineCommand('takeAttempt', { numberOfKeys: 1, lua: TAKE_SCRIPT });
    this.taking = redis as Redis & TakingRedis;
  }

  take(key: string, limit: number, seconds: number): Promise<WindowState> {
    return this.together(
      () => this.takeTogether(key, limit, seconds * 1000),
      () => this.alone.take(key, limit, seconds),
    );
  }

  async giveBack(key: string): Promise<void> {
    await this.together(
      async () => void (await this.redis.zpopmax(keyOf(key))),
      () => this.alone.giveBack(key),
    );
  }

  private async takeTogether(key: string, limit: number, length: number): Promise<WindowState> {
    const now = this.clock.now().getTime();
    const [accepted, used, oldest] = await this.taking.takeAttempt(keyOf(key), now, length, limit, randomUUID());
    return { accepted: accepted === 1, used, freesIn: Math.max(1, Math.ceil((Number(oldest) + length - now) / 1000)) };
  }

  private async together<T>(withRedis: () => Promise<T>, without: () => Promise<T>): Promise<T> {
    try {
      const answer = await withRedis();
      if (this.isAlone) this.logger.log('Requests are counted over all processes again');
      this.isAlone = false;
      return answer;
    } catch (error) {
      if (!this.isAlone)
        this.logger.warn({ err: error }, 'Redis does not answer: requests are counted by this process for itself');
      this.isAlone = true;
      return without();
    }
  }
}

function keyOf(key: string): string {
  return `imagepro:window:${key}`;
}
