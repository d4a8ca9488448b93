import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EndingWork } from '../../../src/shared/ending-work.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Work that goes on until it is done, or cut short. */
class Work extends EndingWork {
  readonly over = Promise.withResolvers<void>();
  begun = false;
  isCut = false;

  constructor(private readonly canBeCut = true) {
    super(30);
  }

  protected end(): Promise<void> {
    this.begun = true;
    return this.over.promise;
  }

  protected cutShort(): void {
    this.isCut = true;
    if (this.canBeCut) this.over.resolve();
  }
}

test('several works begin to end at once, and have one grace together', async () => {
  const works = [new Work(), new Work()];
  for (const work of works) work.onModuleDestroy();
  expect(works.map(({ begun }) => begun)).toEqual([true, true]);
  vi.advanceTimersByTime(29_999);
  expect(works.map(({ isCut }) => isCut)).toEqual([false, false]);
  vi.advanceTimersByTime(1);
  for (const work of works) await work.beforeApplicationShutdown();
  expect(works.map(({ isCut }) => isCut)).toEqual([true, true]);
});

test('work that does not end though it is cut short is left, soon after its grace', async () => {
  const work = new Work(false);
  work.onModuleDestroy();
  await vi.advanceTimersByTimeAsync(33_000);
  await work.beforeApplicationShutdown();
  expect(work.isCut).toBe(true);
});

test('work that ends in its grace is not cut short', async () => {
  const work = new Work();
  work.onModuleDestroy();
  work.over.resolve();
  await work.beforeApplicationShutdown();
  vi.advanceTimersByTime(60_000);
  expect(work.isCut).toBe(false);
});

test('who waits is told of work that could not end', async () => {
  const work = new Work();
  work.onModuleDestroy();
  work.over.reject(new Error('no'));
  await expect(work.beforeApplicationShutdown()).rejects.toThrow('no');
});
