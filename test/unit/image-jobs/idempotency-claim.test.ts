import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { Caller } from '../../../src/accounts/domain/caller.ts';
import { IdempotencyClaim } from '../../../src/image-jobs/domain/idempotency-claim.ts';
import { loadSettings } from '../../../src/settings/load-settings.ts';
import { secondsAfter } from '../../../src/shared/clock.ts';

const NOW = new Date('2026-01-01T12:00:00.000Z');

test.each([
  ['a moment later', 0, true],
  ['almost a minute later', 59.999, true],
  ['a minute later', 60, false],
  ['when the clock was set back by a second', -1, true],
  ['when it was set back by an hour', -3600, false],
])('a request may still be making its job %s: %d s, %s', (_when, seconds, expected) => {
  const caller = Caller.anonymous('192.0.2.1', loadSettings({}).policies);
  const claim = IdempotencyClaim.make(caller, { key: 'key', fingerprint: 'f' }, randomUUID(), NOW);
  expect(claim.isInFlight(secondsAfter(NOW, seconds))).toBe(expected);
});
