import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GuessWindow } from '../../src/accounts/application/guess-window.ts';
import type { SlidingWindows } from '../../src/accounts/application/ports.ts';
import { InProcessSlidingWindows } from '../../src/accounts/infrastructure/rates/in-process-sliding-windows.ts';
import { RedisSlidingWindows } from '../../src/accounts/infrastructure/rates/redis-sliding-windows.ts';
import { RedisConnections } from '../../src/shared/redis/redis-connections.ts';
import { freshRedis } from '../support/servers/fresh.ts';
import { TestClock } from '../support/test-clock.ts';
import { inTurn } from './databases.ts';

describe.each(['in process', 'in Redis'] as const)('GuessWindow %s', (adapter) => {
  const clock = new TestClock();
  const opened: RedisConnections[] = [];
  const processes: SlidingWindows[] = [];
  beforeAll(async () => {
    if (adapter === 'in process') {
      processes.push(new InProcessSlidingWindows(clock));
      return;
    }
    const url = await freshRedis();
    for (const _process of [1, 2]) {
      const redis = new RedisConnections(url);
      opened.push(redis);
      await redis.start();
      processes.push(new RedisSlidingWindows(redis.commands, clock));
    }
  });
  afterAll(() => {
    for (const redis of opened) redis.close();
  });

  /** The same window, as each process sees it. */
  function windowsOf(limit: number): GuessWindow[] {
    const key = randomUUID();
    return processes.map((windows) => new GuessWindow(windows, key, limit, 60));
  }

  test('of thirty at once, of all processes, as many are checked as may be wrong; the others are to wait', async () => {
    const windows = windowsOf(7);
    const places = await Promise.all(Array.from({ length: 30 }, (_, n) => inTurn(windows, n).take()));
    expect(places.filter((place) => place === 'taken')).toHaveLength(7);
    expect(places.filter((place) => place === 'others_checked')).toHaveLength(23);
  });

  test('refuses when as many are known to be wrong, and says when the first of them leaves', async () => {
    const windows = windowsOf(3);
    const take = (n: number) => inTurn(windows, n).take();
    expect([await take(0), await take(1)]).toEqual(['taken', 'taken']);
    await inTurn(windows, 0).keep();
    clock.advance(20);
    expect([await take(1), await take(0)]).toEqual(['taken', 'others_checked']);
    await inTurn(windows, 1).keep();
    await inTurn(windows, 0).giveBack();
    expect([await take(0), await take(1)]).toEqual(['taken', 'others_checked']);
    await inTurn(windows, 0).keep();
    expect(await take(1)).toEqual({ freesIn: 40 });
    clock.advance(40);
    expect(await take(1)).toBe('taken');
  });
});
