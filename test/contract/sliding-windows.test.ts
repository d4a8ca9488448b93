import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SlidingWindows } from '../../src/accounts/application/ports.ts';
import { InProcessSlidingWindows } from '../../src/accounts/infrastructure/rates/in-process-sliding-windows.ts';
import { RedisSlidingWindows } from '../../src/accounts/infrastructure/rates/redis-sliding-windows.ts';
import { RedisConnections } from '../../src/shared/redis/redis-connections.ts';
import { freshRedis } from '../support/servers/fresh.ts';
import { TestClock } from '../support/test-clock.ts';
import { inTurn } from './databases.ts';

const ADAPTERS = ['in process', 'in Redis'] as const;

describe.each(ADAPTERS)('SlidingWindows %s', (adapter) => {
  const clock = new TestClock();
  const opened: RedisConnections[] = [];
  const processes: SlidingWindows[] = [];
  let windows: SlidingWindows;
  beforeAll(async () => {
    if (adapter === 'in process') {
      processes.push(new InProcessSlidingWindows(clock));
    } else {
      const url = await freshRedis();
      for (const _process of [1, 2]) {
        const redis = new RedisConnections(url);
        opened.push(redis);
        await redis.start();
        processes.push(new RedisSlidingWindows(redis.commands, clock));
      }
    }
    windows = inTurn(processes, 0);
  });
  afterAll(() => {
    for (const redis of opened) redis.close();
  });

  test('counts what was accepted, and says when the oldest leaves', async () => {
    expect(await windows.take('a', 2, 60)).toEqual({ accepted: true, used: 1, freesIn: 60 });
    clock.advance(10.5);
    expect(await windows.take('a', 2, 60)).toEqual({ accepted: true, used: 2, freesIn: 50 });
    expect(await windows.take('a', 2, 60)).toEqual({ accepted: false, used: 2, freesIn: 50 });
    clock.advance(49.499);
    expect(await windows.take('a', 2, 60)).toMatchObject({ accepted: false, freesIn: 1 });
    clock.advance(0.001);
    expect(await windows.take('a', 2, 60)).toEqual({ accepted: true, used: 2, freesIn: 11 });
  });

  test('of thirty at once, as many are accepted as the limit says', async () => {
    const states = await Promise.all(Array.from({ length: 30 }, (_, n) => inTurn(processes, n).take('burst', 20, 60)));
    expect(states.filter(({ accepted }) => accepted)).toHaveLength(20);
  });

  test('gives the newest place back', async () => {
    await windows.take('c', 2, 60);
    clock.advance(30);
    await windows.take('c', 2, 60);
    await windows.giveBack('c');
    expect(await windows.take('c', 2, 60)).toEqual({ accepted: true, used: 2, freesIn: 30 });
    expect(await windows.take('c', 2, 60)).toMatchObject({ accepted: false });
    await windows.giveBack('nothing was taken');
  });

  test('what weighs more takes as many places, or none, and waits until so many are free', async () => {
    expect(await windows.take('w', 12, 60)).toMatchObject({ accepted: true, used: 1 });
    clock.advance(10);
    expect(await windows.take('w', 12, 60, 10)).toEqual({ accepted: true, used: 11, freesIn: 50 });
    clock.advance(10);
    // Ten need nine of those that are there to go: the first, and eight of the ten that came after it.
    expect(await windows.take('w', 12, 60, 10)).toEqual({ accepted: false, used: 11, freesIn: 50 });
    expect(await windows.take('w', 12, 60, 2)).toEqual({ accepted: false, used: 11, freesIn: 40 });
    expect(await windows.take('w', 12, 60)).toEqual({ accepted: true, used: 12, freesIn: 40 });
    clock.advance(50);
    expect(await windows.take('w', 12, 60, 10)).toMatchObject({ accepted: true, used: 11 });
  });

  test('of ten heavy ones at once, as many are accepted as fit', async () => {
    const states = await Promise.all(
      Array.from({ length: 10 }, (_, n) => inTurn(processes, n).take('heavy', 45, 60, 10)),
    );
    expect(states.filter(({ accepted }) => accepted)).toHaveLength(4);
  });

  test.each([30, 3600])(
    'a clock that is set back by %d s keeps nobody waiting for more than one window more',
    async (seconds) => {
      const key = `set back by ${seconds}`;
      expect(await windows.take(key, 1, 60)).toMatchObject({ accepted: true });
      clock.setBack(seconds);
      clock.advance(90);
      expect(await windows.take(key, 1, 60)).toMatchObject({ accepted: true, freesIn: 60 });
    },
  );

  test('keys are apart', async () => {
    await windows.take('d', 1, 60);
    expect(await windows.take('e', 1, 60)).toMatchObject({ accepted: true });
  });
});
