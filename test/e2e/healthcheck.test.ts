import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { freePort } from '../support/servers/program.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { withoutStorage } from '../support/storage-away.ts';

const HEALTHCHECK = join(import.meta.dirname, '../../docker/healthcheck.js');

let service: ServiceProcess;
beforeAll(async () => {
  service = await ServiceProcess.start();
});
afterAll(() => service.stop());

/** How the image's health check ends in a container with these variables. */
function healthcheck(env: NodeJS.ProcessEnv): Promise<'healthy' | 'unhealthy'> {
  return new Promise((resolve) => {
    execFile(process.execPath, [HEALTHCHECK], { env }, (error) => resolve(error ? 'unhealthy' : 'healthy'));
  });
}

test('a container that lives is healthy, also while a part of the service is away', async () => {
  const { port } = new URL(service.url);
  const client = new ApiClient(service.url);
  expect((await client.get('/health/ready')).status).toBe(200);
  expect(await healthcheck({ PORT: port })).toBe('healthy');
  await withoutStorage(service.settings, async () => {
    expect((await client.get('/health/ready')).status).toBe(503);
    expect(await healthcheck({ PORT: port })).toBe('healthy');
  });
});

test('one that does not answer is not', async () => {
  const PORT = String(await freePort());
  expect(await healthcheck({ PORT })).toBe('unhealthy');
  expect(await healthcheck({ APP_ROLE: 'worker', METRICS_PORT: PORT })).toBe('unhealthy');
});

test('a worker without METRICS_PORT is healthy as long as it runs', async () => {
  expect(await healthcheck({ APP_ROLE: 'worker', PORT: String(await freePort()) })).toBe('healthy');
});
