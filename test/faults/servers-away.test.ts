import { afterEach, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { PostgreSqlServer } from '../support/servers/postgresql.ts';
import { RedisServer } from '../support/servers/redis.ts';
import { S3Server } from '../support/servers/s3.ts';
import { Deployment } from './support/deployment.ts';
import type { RunningProcess } from './support/running-process.ts';
import { accepted, upload } from './support/uploads.ts';

const picture = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());
const PERSON = { username: 'ada', email: 'ada@example.com', password: 'a long and lonely sentence' };

const { username, password } = PERSON;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function deploymentOn(ports: Parameters<typeof Deployment.create>[0]): Promise<Deployment> {
  const deployment = await Deployment.create(ports);
  closers.push(() => deployment.stop());
  return deployment;
}

async function post(api: RunningProcess, path: string, body: object): Promise<number> {
  const headers = { 'Content-Type': 'application/json' };
  return (await fetch(api.url + path, { method: 'POST', headers, body: JSON.stringify(body) })).status;
}

test('while Redis is stopped uploads, log-ins and reads work; what was accepted runs when it is back', async () => {
  const redis = await RedisServer.start();
  closers.push(() => redis.stop());
  const deployment = await deploymentOn({ redis: redis.port });
  const api = await deployment.start('api');
  await deployment.start('worker');
  const ids = [await accepted(api, picture)];
  expect(await post(api, '/accounts/register/', PERSON)).toBe(201);

  await redis.halt();
  for (let n = 0; n < 10; n += 1) ids.push(await accepted(api, picture));
  expect(await post(api, '/accounts/login/', { username, password })).toBe(200);
  expect((await fetch(`${api.url}/api/images/${ids[3]}/`)).status).toBe(200);
  expect((await fetch(`${api.url}/health/ready`)).status).toBe(200);
  expect(api.log.join('\n')).toContain('requests are counted by this process for itself');

  await redis.resume();
  await deployment.allCompleted(ids);
  await deployment.nothingIsLeft();
});

test('while PostgreSQL is stopped requests are refused for a while; after it, all goes on by itself', async () => {
  const postgresql = await PostgreSqlServer.start();
  closers.push(() => postgresql.stop());
  const deployment = await deploymentOn({ postgresql: postgresql.port });
  const api = await deployment.start('api');
  await deployment.start('worker');
  const ids = await Promise.all(Array.from({ length: 20 }, () => accepted(api, picture)));

  await postgresql.halt();
  const refused = await fetch(`${api.url}/api/images/${ids[0]}/`);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect((await fetch(`${api.url}/health/ready`)).status).toBe(503);
  expect((await fetch(`${api.url}/health/live`)).status).toBe(200);

  await postgresql.resume();
  ids.push(await accepted(api, picture));
  await deployment.allCompleted(ids);
  await deployment.nothingIsLeft();
});

test('without S3 uploads are refused for a while, and an accepted job fails with a reason in the end', async () => {
  const s3 = await S3Server.start();
  const deployment = await deploymentOn({ s3: s3.port });
  const api = await deployment.start('api');
  const id = await accepted(api, picture);
  await s3.stop();
  const refused = await upload(api, picture);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  await deployment.start('worker');
  const job = async () => (await fetch(`${api.url}/api/images/${id}/`)).json();
  await expect
    .poll(job, { timeout: 120_000, interval: 500 })
    .toMatchObject({ status: 'failed', error: { code: 'processing_failed' } });
  expect(await deployment.jobs()).toEqual([expect.objectContaining({ id, status: 'failed', attempt: 3 })]);
});
