import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whenAwakeFor } from '../../../src/shared/when-awake-for.ts';

let slept = 0;
const act = vi.fn();
const now = () => performance.now() + slept;
beforeEach(() => {
  vi.useFakeTimers();
  slept = 0;
  act.mockReset();
});
afterEach(() => {
  vi.useRealTimers();
});

test('acts once, when the time is over', () => {
  whenAwakeFor(30, act, { now });
  vi.advanceTimersByTime(29_900);
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(act).toHaveBeenCalledTimes(1);
});

test.each([2, 40, 3600, 86_400])('a sleep of %d s does not count', (seconds) => {
  whenAwakeFor(30, act, { now });
  vi.advanceTimersByTime(20_000);
  slept += seconds * 1000;
  // Of a sleep one second counts, as a process that is merely busy may be that late.
  vi.advanceTimersByTime(8_900);
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_100);
  expect(act).toHaveBeenCalledTimes(1);
});

test('of a short time a sleep takes up no more than a quarter', () => {
  whenAwakeFor(1, act, { now });
  slept += 86_400_000;
  vi.advanceTimersByTime(800);
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(act).toHaveBeenCalledTimes(1);
});

test('a process that is merely busy gains nothing', () => {
  whenAwakeFor(30, act, { now });
  for (let second = 0; second < 60; second += 1) {
    slept += 900;
    vi.advanceTimersByTime(100);
    if (second < 29) expect(act).not.toHaveBeenCalled();
  }
  expect(act).toHaveBeenCalledTimes(1);
});

test('time for which it was held up does not count', () => {
  let heldUp = 500_000;
  whenAwakeFor(30, act, { now, heldUp: () => heldUp });
  vi.advanceTimersByTime(10_000);
  heldUp += 20_000;
  vi.advanceTimersByTime(39_900);
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(act).toHaveBeenCalledTimes(1);
});

test('held up all the time, it acts at four times the seconds', () => {
  whenAwakeFor(30, act, { now, heldUp: () => performance.now() });
  vi.advanceTimersByTime(119_900);
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(act).toHaveBeenCalledTimes(1);
});

test('called off, it does nothing', () => {
  whenAwakeFor(1, act, { now })();
  vi.advanceTimersByTime(5000);
  expect(act).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
