import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InProcessSlidingWindows } from '../../../src/accounts/infrastructure/rates/in-process-sliding-windows.ts';
import { TestClock } from '../../support/test-clock.ts';

test('any window holds at most the limit, and nothing is refused that would fit', async () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 8 }), pauses, async (limit, milliseconds) => {
      const clock = new TestClock();
      const windows = new InProcessSlidingWindows(clock);
      const accepted: number[] = [];
      for (const pause of milliseconds) {
        clock.advance(pause / 1000);
        const now = clock.now().getTime();
        const inWindow = accepted.filter((at) => at > now - 60_000);
        const state = await windows.take('key', limit, 60);
        expect(state.accepted).toBe(inWindow.length < limit);
        if (state.accepted) accepted.push(now);
        const oldest = inWindow[0] ?? now;
        expect(state.used).toBe(accepted.filter((at) => at > now - 60_000).length);
        expect(state.freesIn).toBe(Math.ceil((oldest + 60_000 - now) / 1000));
      }
      // The same said from outside: between any accepted attempt and the one `limit` later lies a whole window.
      for (let i = limit; i < accepted.length; i += 1) {
        expect((accepted[i] as number) - (accepted[i - limit] as number)).toBeGreaterThanOrEqual(60_000);
      }
    }),
    { seed: 11, numRuns: 200 },
  );
});

test('waiting for what it says is enough, and a second less is not', async () => {
  const clock = new TestClock();
  const windows = new InProcessSlidingWindows(clock);
  await windows.take('key', 1, 60);
  clock.advance(12.3);
  const { accepted, freesIn } = await windows.take('key', 1, 60);
  expect([accepted, freesIn]).toEqual([false, 48]);
  clock.advance(freesIn - 1);
  expect((await windows.take('key', 1, 60)).accepted).toBe(false);
  clock.advance(1);
  expect((await windows.take('key', 1, 60)).accepted).toBe(true);
});

test('a burst takes exactly the limit', async () => {
  const windows = new InProcessSlidingWindows(new TestClock());
  const states = await Promise.all(Array.from({ length: 50 }, () => windows.take('key', 7, 60)));
  expect(states.filter(({ accepted }) => accepted)).toHaveLength(7);
});

test('a place that is given back can be taken again', async () => {
  const windows = new InProcessSlidingWindows(new TestClock());
  await windows.take('key', 1, 60);
  await windows.giveBack('key');
  await windows.giveBack('nobody');
  expect((await windows.take('key', 1, 60)).accepted).toBe(true);
  expect((await windows.take('key', 1, 60)).accepted).toBe(false);
});

test('forgetting callers who went away forgets nobody else', async () => {
  const clock = new TestClock();
  const windows = new InProcessSlidingWindows(clock);
  await windows.take('hour', 1, 3600);
  clock.advance(120);
  await windows.take('minute', 1, 60);
  for (let i = 0; i < 3000; i += 1) await windows.take(`passer-by ${i}`, 1, 60);
  expect((await windows.take('hour', 1, 3600)).accepted).toBe(false);
  expect((await windows.take('minute', 1, 60)).accepted).toBe(false);
});
