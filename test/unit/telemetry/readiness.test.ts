import { Logger } from '@nestjs/common';
import { afterEach, expect, test, vi } from 'vitest';
import { Readiness } from '../../../src/telemetry/readiness.ts';

Logger.overrideLogger(false);

afterEach(() => {
  vi.useRealTimers();
});

test('a process is ready until it is about to stop', async () => {
  const readiness = new Readiness();
  readiness.needs('database', async () => 'it answers');
  expect(await readiness.missing()).toEqual([]);
  readiness.beforeApplicationShutdown();
  expect(await readiness.missing()).toEqual(['process']);
});

test('of many who ask at once, all hear of one look at a part, and whoever asks afterwards of the next', async () => {
  const readiness = new Readiness();
  const looks: PromiseWithResolvers<void>[] = [];
  readiness.needs('storage', () => {
    const look = Promise.withResolvers<void>();
    looks.push(look);
    return look.promise;
  });
  const asked = [1, 2, 3].map(() => readiness.missing());
  looks[0]?.reject(new Error('it does not answer'));
  expect(await Promise.all(asked)).toEqual([['storage'], ['storage'], ['storage']]);
  const again = readiness.missing();
  looks[1]?.resolve();
  expect([await again, looks.length]).toEqual([[], 2]);
});

test('a part that is silent keeps nobody waiting for long, and is looked at once', async () => {
  vi.useFakeTimers();
  const readiness = new Readiness();
  const answer = Promise.withResolvers<void>();
  const look = vi.fn(() => answer.promise);
  readiness.needs('storage', look);
  for (let asked = 0; asked < 3; asked += 1) {
    const missing = readiness.missing();
    await vi.advanceTimersByTimeAsync(5000);
    expect(await missing).toEqual(['storage']);
  }
  expect(look).toHaveBeenCalledOnce();
  answer.resolve();
  expect(await readiness.missing()).toEqual([]);
});
