import { expect, test } from 'vitest';
import { paceOf } from '../../../src/image-jobs/domain/pace.ts';

/** Jobs of so many pixels, each with its milliseconds. */
function jobs(...measured: [pixels: number, milliseconds: number][]) {
  return measured.map(([pixels, milliseconds]) => ({ pixels, milliseconds }));
}

test('there is none without jobs', () => {
  expect(paceOf([])).toBeNull();
});

test('jobs on a line tell its two parts', () => {
  const pace = paceOf(jobs([1000, 30], [2000, 50], [6000, 130]));
  expect(pace).toEqual({ perJob: expect.closeTo(10), perPixel: expect.closeTo(0.02) });
});

test('jobs of one size tell a pace for each pixel alone', () => {
  expect(paceOf(jobs([1000, 30], [1000, 50]))).toEqual({ perJob: 0, perPixel: 0.04 });
});

test('neither part is negative', () => {
  expect(paceOf(jobs([1000, 50], [2000, 30]))).toEqual({ perJob: 40, perPixel: 0 });
  expect(paceOf(jobs([1000, 10], [3000, 90]))).toEqual({ perJob: 0, perPixel: 0.025 });
});
