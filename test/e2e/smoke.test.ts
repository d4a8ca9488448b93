import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Service, startService } from '../support/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

test('is ready', async () => {
  const response = await fetch(`${service.url}/health/ready`);
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
});
