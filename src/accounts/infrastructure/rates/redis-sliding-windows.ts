import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Clock } from '../../../shared/clock.ts';
import { SlidingWindows, type WindowState } from '../../application/ports.ts';
import { InProcessSlidingWindows } from './in-process-sliding-windows.ts';

/**
 * A window is a sorted set of the attempts that were accepted, by their time. The script runs as one step, so that of
 * many processes at the same moment none sees a place that another one takes. An attempt that seems to be more than a
 * window ahead was made before the clock was set back: it is over as well.
 */
const TAKE_SCRIPT = `
local now, length, limit, weight = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - length)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now + length, '+inf')
local used = redis.call('ZCARD', KEYS[1])
local over = used + weight - limit
local accepted = over <= 0
if accepted then
  for place = 1, weight do redis.call('ZADD', KEYS[1], now, ARGV[4] .. ':' .. place) end
  redis.call('PEXPIRE', KEYS[1], length)
  used = used + weight
end
local last = math.max(0, over - 1)
local leaving = redis.call('ZRANGE', KEYS[1], last, last, 'WITHSCORES')
return { accepted and 1 or 0, used, leaving[2] or tostring(now) }
`;

/** What the script is called by; Redis keeps it, so that only its digest is sent. */
interface TakingRedis {
  takeAttempt(
    ...args: [key: string, now: number, length: number, limit: number, name: string, weight: number]
  ): Promise<Answer>;
}

type Answer = [accepted: number, used: number, leaving: string];

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

  take(key: string, limit: number, seconds: number, weight = 1): Promise<WindowState> {
    return this.together(
      () => this.takeTogether(key, limit, seconds * 1000, weight),
      () => this.alone.take(key, limit, seconds, weight),
    );
  }

  async giveBack(key: string): Promise<void> {
    await this.together(
      async () => void (await this.redis.zpopmax(keyOf(key))),
      () => this.alone.giveBack(key),
    );
  }

  private async takeTogether(key: string, limit: number, length: number, weight: number): Promise<WindowState> {
    const now = this.clock.now().getTime();
    const name = randomUUID();
    const [accepted, used, leaving] = await this.taking.takeAttempt(keyOf(key), now, length, limit, name, weight);
    return { accepted: accepted === 1, used, freesIn: Math.max(1, Math.ceil((Number(leaving) + length - now) / 1000)) };
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
