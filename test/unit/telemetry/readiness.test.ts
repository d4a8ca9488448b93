import { expect, test } from 'vitest';
import { Readiness } from '../../../src/telemetry/readiness.ts';

test('a process is ready until it is about to stop', async () => {
  const readiness = new Readiness();
  readiness.needs('database', async () => 'it answers');
  expect(await readiness.missing()).toEqual([]);
  readiness.beforeApplicationShutdown();
  expect(await readiness.missing()).toEqual(['process']);
});
