import { expect, test } from 'vitest';
import { preferredWait } from '../../../src/image-jobs/infrastructure/http/prefer-wait.ts';

test.each([
  ['wait=20', 20],
  ['wait=1', 1],
  ['wait=030', 30],
  ['wait=31', 30],
  ['wait=1000000000', 30],
  [`wait=${'9'.repeat(400)}`, 30],
  ['WAIT = "7"', 7],
  ['respond-async, wait=10', 10],
  ['return=minimal; foo="a;b", wait=10; bar', 10],
  ['foo="x, wait=3", wait=4', 4],
  ['wait=5, wait=9', 5],
])('%s asks for %i seconds', (prefer, seconds) => {
  expect(preferredWait(prefer)).toBe(seconds);
});

test.each([
  undefined,
  '',
  'wait',
  'wait=',
  'wait=0',
  'wait=-5',
  'wait=+5',
  'wait=1.5',
  'wait=1e3',
  'wait=soon',
  'wait=0x10',
  'wait=١',
  'wait=, wait=5',
  'foo; wait=5',
  'foo="wait=5"',
  'waiting=5',
  ',,,;;;===',
])('%s asks for no wait', (prefer) => {
  expect(preferredWait(prefer)).toBeUndefined();
});

test('reads several headers as one list', () => {
  expect(preferredWait(['respond-async', 'wait=6'])).toBe(6);
});
