import { expect, test } from 'vitest';
import { secondsAfter } from '../../../src/shared/clock.ts';
import { type SendOutcome, WebhookDelivery } from '../../../src/webhooks/domain/webhook-delivery.ts';

const NOW = new Date('2026-01-01T12:00:00.000Z');
const MESSAGE = {
  id: 'm',
  accountId: 'a',
  endpointId: 'e',
  event: 'webhook.test',
  destination: 'd:443',
  body: '',
} as const;

/** What becomes of a delivery that has been tried so often before. */
function after(tries: number, outcome: Omit<SendOutcome, 'milliseconds'>, random = 0.5) {
  const delivery = Object.assign(WebhookDelivery.due(MESSAGE, NOW), { tries });
  return delivery.after({ milliseconds: 3, ...outcome }, NOW, random);
}

const failing = { statusCode: 500 };
const secondsTo = (at: Date | null) => ((at?.getTime() ?? 0) - NOW.getTime()) / 1000;

test('the schedule is 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, and then it has failed', () => {
  const waits = Array.from({ length: 9 }, (_, tries) => secondsTo(after(tries, failing).nextAttemptAt));
  expect(waits).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
  expect(after(9, failing)).toMatchObject({ status: 'failed', tries: 10, nextAttemptAt: null });
});

test.each([
  [0, 240],
  [1, 360],
  [0.25, 270],
])('a fifth of jitter: %d of it makes five minutes %d s', (random, seconds) => {
  expect(secondsTo(after(1, failing, random).nextAttemptAt)).toBeCloseTo(seconds, 3);
});

test.each([200, 201, 204, 299])('%d is success', (statusCode) => {
  expect(after(3, { statusCode })).toMatchObject({ status: 'delivered', tries: 4, nextAttemptAt: null });
});

test.each([199, 300, 302, 400, 404, 429, 500])('%d is tried again', (statusCode) => {
  expect(after(0, { statusCode })).toMatchObject({ status: 'due', nextAttemptAt: secondsAfter(NOW, 5) });
});

test('410 is the end', () => {
  expect(after(0, { statusCode: 410 })).toMatchObject({ status: 'failed', nextAttemptAt: null });
});

test.each([
  [120, 120],
  [3600, 3600],
  [86_400, 3600],
  [1, 5],
])('Retry-After of %d s makes it %d s', (retryAfter, seconds) => {
  expect(secondsTo(after(0, { statusCode: 503, retryAfter }).nextAttemptAt)).toBe(seconds);
});

test.each([
  [120, 120],
  [86_400, 3600],
  [1, 5],
  [-86_400, 5],
])('Retry-After of a moment %d s away makes it %d s', (away, seconds) => {
  const retryAfter = secondsAfter(NOW, away);
  expect(secondsTo(after(0, { statusCode: 503, retryAfter }).nextAttemptAt)).toBe(seconds);
});

test('the latest twenty attempts are remembered, without what was asked for', () => {
  const attempts = Array.from({ length: 20 }, (_, n) => ({ at: String(n), statusCode: 500, milliseconds: n }));
  const delivery = Object.assign(WebhookDelivery.due(MESSAGE, NOW), { attempts });
  const { attempts: kept } = delivery.after({ error: 'Refused', retryAfter: 9, milliseconds: 5 }, NOW, 0);
  expect(kept).toEqual([...attempts.slice(1), { at: NOW.toISOString(), error: 'Refused', milliseconds: 5 }]);
});
