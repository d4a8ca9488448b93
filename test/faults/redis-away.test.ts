import { afterEach, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { RedisServer } from '../support/servers/redis.ts';
import { until } from '../support/until.ts';
import { Deployment } from './support/deployment.ts';
import type { RunningProcess } from './support/running-process.ts';
import { acceptedIn, SteadyLoad } from './support/steady-load.ts';
import { accepted, manyAccepted } from './support/uploads.ts';
import { signedIn, visitors } from './support/visitors.ts';

const picture = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A Redis that may be stopped, and a deployment on it. */
async function onOwnRedis(env: NodeJS.ProcessEnv = {}): Promise<{ redis: RedisServer; deployment: Deployment }> {
  const redis = await RedisServer.start();
  closers.push(() => redis.stop());
  const deployment = await Deployment.create({ redis: redis.port }, env);
  closers.push(() => deployment.stop());
  return { redis, deployment };
}

test('through 20 s without Redis uploads, log-ins and reads go on, and all that was accepted runs when it is back', async () => {
  const { redis, deployment } = await onOwnRedis({ THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' });
  const api = await deployment.start('api');
  await deployment.start('worker');
  const first = await accepted(api, picture);
  const load = new SteadyLoad(50, visitors(api, picture, first, await signedIn(api)));
  const answered = (count: number) =>
    until(
      () => load.answers.length,
      (length) => length >= count,
    );
  await answered(20);
  await redis.halt();
  // At 20 a second, 20 s of clients.
  await answered(20 + 400);
  expect((await fetch(`${api.url}/health/ready`)).status).toBe(200);
  await redis.resume();
  await answered(20 + 400 + 40);
  const answers = await load.stop();
  expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
  const ids = [first, ...acceptedIn(answers)];
  expect(ids.length).toBeGreaterThan(100);
  await deployment.allCompleted(ids);
  await deployment.nothingIsLeft();
  const said = (words: string) => api.log.filter((line) => line.includes(words)).length;
  expect(said('requests are counted by this process for itself')).toBe(1);
  expect(said('Requests are counted over all processes again')).toBe(1);
});

test('while Redis is away each process holds callers to their rate for itself', async () => {
  const { redis, deployment } = await onOwnRedis({ THROTTLE_AUTHENTICATED_PER_MINUTE: '5' });
  const apis = [await deployment.start('api'), await deployment.start('api')];
  const headers = await signedIn(apis[0] as RunningProcess);
  await redis.halt();
  for (const { url } of apis) {
    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1) statuses.push((await fetch(`${url}/api/images/`, { headers })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  }
  await redis.resume();
  await deployment.nothingIsLeft();
});

test('200 jobs that wait outlive a Redis that is emptied, ends, and starts again with nothing', async () => {
  const { redis, deployment } = await onOwnRedis();
  const api = await deployment.start('api');
  const ids = await manyAccepted(api, picture, 200);
  await deployment.redis.flushall();
  await redis.halt();
  await redis.resumeEmpty();
  await deployment.start('worker', { WORKER_CONCURRENCY: '2' });
  ids.push(await accepted(api, picture));
  await deployment.allCompleted(ids);
  await deployment.nothingIsLeft();
});
