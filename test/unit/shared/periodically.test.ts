import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Periodically } from '../../../src/shared/periodically.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a task is run at once and again after a pause, and no more once it is stopped', async () => {
  let runs = 0;
  const task = new Periodically('Counting', 10, async () => {
    runs += 1;
  });
  task.start();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(runs).toBe(3);
  await task.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(runs).toBe(3);
});

test('stopping waits for the run that is under way', async () => {
  const run = Promise.withResolvers<void>();
  const task = new Periodically('Working', 10, () => run.promise);
  task.start();
  const order: string[] = [];
  const stopped = task.stop().then(() => order.push('stopped'));
  order.push('over');
  run.resolve();
  await stopped;
  expect(order).toEqual(['over', 'stopped']);
});

test('stopping does not wait for ever for a run that does not end', async () => {
  const task = new Periodically('Hanging', 10, () => new Promise(() => undefined));
  task.start();
  const stopped = task.stop();
  await vi.advanceTimersByTimeAsync(3000);
  await stopped;
});
