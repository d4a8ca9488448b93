import { afterEach, expect, test, vi } from 'vitest';
import { MISSED } from '../../../src/image-jobs/application/job-events.ts';
import { EndWatch } from '../../../src/image-jobs/application/job-watch.ts';
import { InProcessJobEvents } from '../../../src/image-jobs/infrastructure/events/in-process-job-events.ts';

afterEach(() => vi.useRealTimers());

const [ONE, TWO] = ['one', 'two'];

function watched(...ids: string[]) {
  const events = new InProcessJobEvents();
  const watch = new EndWatch(events, ids);
  let turns = 0;
  const listen = async () => {
    while (!watch.isOver) {
      await watch.changed();
      turns += 1;
    }
  };
  void listen();
  /** How often it has been woken, once all that is due has run. */
  const wokenBy = async (...acts: (() => unknown)[]) => {
    const before = turns;
    for (const act of acts) {
      await act();
      await new Promise(setImmediate);
    }
    return turns - before;
  };
  return { watch, wokenBy, end: (id: string) => events.publish({ id, version: 3 }), events };
}

test('is woken by the last end alone, however often one is told', async () => {
  const { wokenBy, end } = watched(ONE, TWO);
  expect(
    await wokenBy(
      () => end(ONE),
      () => end(ONE),
    ),
  ).toBe(0);
  expect(await wokenBy(() => end(TWO))).toBe(1);
});

test('takes a job that is deleted for ended, and not one that begins or waits again', async () => {
  const { wokenBy, events } = watched(ONE);
  expect(await wokenBy(() => events.publish({ id: ONE, version: 2, unfinished: true }))).toBe(0);
  expect(await wokenBy(() => events.publish({ id: ONE, version: null }))).toBe(1);
});

test('is woken at once where changes may have been missed', async () => {
  const { wokenBy, events } = watched(ONE, TWO);
  expect(await wokenBy(() => events.publish({ id: ONE, version: MISSED }))).toBe(1);
});

test('awaits no job whose end was seen, though it was not told', async () => {
  const { watch, wokenBy, end } = watched(ONE, TWO);
  expect(
    await wokenBy(
      () => watch.look(async () => undefined),
      () => watch.awaits([TWO]),
    ),
  ).toBe(0);
  expect(await wokenBy(() => end(TWO))).toBe(1);
});

test('awaits no job that has ended while it was looked at, whatever was seen of it', async () => {
  const { watch, wokenBy, end } = watched(ONE, TWO);
  const looked = () => watch.look(() => end(ONE));
  expect(await wokenBy(looked, () => watch.awaits([ONE, TWO]))).toBe(0);
  expect(await wokenBy(() => end(TWO))).toBe(1);
  // Seen as ended later than told: the look before does not count.
  expect(
    await wokenBy(
      () => watch.look(async () => undefined),
      () => watch.awaits([ONE]),
    ),
  ).toBe(0);
  expect(await wokenBy(() => end(ONE))).toBe(1);
});

test('is woken by its end, and hears of nothing then', async () => {
  const { watch, wokenBy, end } = watched(ONE);
  expect(await wokenBy(() => watch.end())).toBe(1);
  expect(await wokenBy(() => end(ONE))).toBe(0);
});

test('looks again by itself, for an end that nobody told of, until it is over', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { watch, wokenBy } = watched(ONE);
  expect(await wokenBy(() => vi.advanceTimersByTime(14_999))).toBe(0);
  expect(await wokenBy(() => vi.advanceTimersByTime(1))).toBe(1);
  expect(await wokenBy(() => vi.advanceTimersByTime(15_000))).toBe(1);
  watch.end();
  expect(vi.getTimerCount()).toBe(0);
});
