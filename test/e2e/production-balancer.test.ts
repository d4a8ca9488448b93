import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { HaProxy } from '../support/servers/haproxy.ts';
import { freePort } from '../support/servers/program.ts';
import { type Service, startService } from '../support/service.ts';
import { upload } from '../support/upload.ts';

const { services } = parse(readFileSync(join(import.meta.dirname, '../../docker/compose.yaml'), 'utf8'), {
  merge: true,
}) as { services: { api: { environment: { TRUST_PROXY: string } } } };
/** What Compose sets where its operator says nothing. */
const [, TRUST_PROXY] = /:-(.*)}$/.exec(services.api.environment.TRUST_PROXY) ?? [];

let api: Service;
let balancer: HaProxy;
beforeAll(async () => {
  api = await startService({ TRUST_PROXY, THROTTLE_ANONYMOUS_PER_MINUTE: '2' });
  balancer = await HaProxy.before(api.url);
});
afterAll(async () => {
  await balancer.stop();
  await api.stop();
});

test('the balancer finds an API alive, and hands requests on', async () => {
  await expect.poll(() => balancer.checks()).toEqual(['L7OK 200']);
  expect((await fetch(`${balancer.url}/health/live`)).status).toBe(200);
});

test('where no API answers, the balancer says so as an API does, with when to try again', async () => {
  const lonely = await HaProxy.before(`http://127.0.0.1:${await freePort()}`);
  try {
    const answer = await fetch(`${lonely.url}/api/limits/`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.json()).toMatchObject({ status: 503, code: 'unavailable', type: '/problems/unavailable/' });
  } finally {
    await lonely.stop();
  }
});

test('a client in a private network is known by its own address, whatever it says that it is', async () => {
  const sent = ['1.2.3.4', '10.0.0.7', '192.168.0.7, 172.18.0.1'].map((address) =>
    upload({ ...api, url: balancer.url }, { headers: { 'X-Forwarded-For': address } }),
  );
  const statuses = (await Promise.all(sent)).map(({ status }) => status);
  expect(statuses.sort()).toEqual([201, 201, 429]);
});
