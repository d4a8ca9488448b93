import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { frozen } from '../support/processes.ts';
import { RedisServer } from '../support/servers/redis.ts';
import { until } from '../support/until.ts';
import { Deployment } from './support/deployment.ts';
import type { RunningProcess } from './support/running-process.ts';
import { TcpGate } from './support/tcp-gate.ts';
import { accepted } from './support/uploads.ts';
import { signedIn } from './support/visitors.ts';

/** Clients that come one after the other: many times what one may be kept waiting. */
const MANY = 20;
const PATIENCE_MS = 20_000;

const picture = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function redisServer(): Promise<RedisServer> {
  const redis = await RedisServer.start();
  closers.push(() => redis.stop());
  return redis;
}

async function deploymentOn(redis: RedisServer): Promise<Deployment> {
  const env = { THROTTLE_AUTHENTICATED_PER_MINUTE: '1000', STREAMS_PER_ADDRESS: '10' };
  const deployment = await Deployment.create({ redis: redis.port }, env);
  closers.push(() => deployment.stop());
  return deployment;
}

/** What `/health/ready` says. */
async function readiness({ url }: RunningProcess): Promise<unknown> {
  const response = await fetch(`${url}/health/ready`);
  return response.status === 200 ? response.json() : response.status;
}

const said = ({ log }: RunningProcess, words: string) => log.filter((line) => line.includes(words)).length;

/** Resolves when the processes write to Redis again. */
async function recovered(api: RunningProcess, worker: RunningProcess): Promise<void> {
  for (const each of [api, worker]) {
    await until(
      () => readiness(each),
      (answer) => JSON.stringify(answer) === '{"status":"ok"}',
    );
  }
}

/** The states that a stream of a new job tells of. */
async function statesOf({ url }: RunningProcess, id: string): Promise<string> {
  return (await fetch(`${url}/api/images/${id}/events/`)).text();
}

test('a Redis that fails over and keeps its connections is left for the new primary, by those too that only listen', async () => {
  const [first, second] = [await redisServer(), await redisServer()];
  const gate = await TcpGate.before(first.port);
  closers.push(() => gate.close());
  const deployment = await deploymentOn(first);
  const env = { REDIS_URL: Object.assign(new URL(deployment.redisUrl), { port: gate.port }).href };
  const [api, worker] = [await deployment.start('api', env), await deployment.start('worker', env)];
  const ids = [await accepted(api, picture)];
  await deployment.allCompleted(ids);

  const promoted = new Redis(second.port, '127.0.0.1', { db: Number(new URL(deployment.redisUrl).pathname.slice(1)) });
  closers.push(() => promoted.disconnect());
  gate.leadTo(second.port);
  await deployment.redis.replicaof('127.0.0.1', second.port);
  ids.push(await accepted(api, picture));
  await recovered(api, worker);
  ids.push(await accepted(api, picture));
  expect(await statesOf(api, ids[2] as string)).toContain('"status":"completed"');
  await deployment.allCompleted(ids);
  // What tells of changes goes through the new primary, and every process listens there.
  await until(
    () => promoted.pubsub('NUMSUB', 'imagepro:job-changes'),
    ([, listeners]) => listeners === 2,
  );
  expect(Number(await promoted.get('imagepro:images:id'))).toBeGreaterThan(0);
  // What a busy process hears of first may be the silence of the old connection.
  for (const each of [api, worker]) expect(said(each, 'takes no writes (')).toBeGreaterThan(0);
  await deployment.nothingIsLeft();
});

test('without a Redis that takes writes (a replica for ever, a full one) jobs are done all the same, and readiness says so', async () => {
  const [redis, elsewhere] = [await redisServer(), await redisServer()];
  const deployment = await deploymentOn(redis);
  const [api, worker] = [await deployment.start('api'), await deployment.start('worker')];
  const ids: string[] = [];
  const ill: [() => Promise<unknown>, () => Promise<unknown>][] = [
    [() => deployment.redis.replicaof('127.0.0.1', elsewhere.port), () => deployment.redis.replicaof('NO', 'ONE')],
    [() => deployment.redis.config('SET', 'maxmemory', '1'), () => deployment.redis.config('SET', 'maxmemory', '0')],
  ];
  for (const [begin, end] of ill) {
    await begin();
    ids.push(await accepted(api, picture));
    await deployment.allCompleted(ids);
    expect(await readiness(api)).toEqual({ status: 'ok', degraded: ['redis'] });
    expect(await readiness(worker)).toBe(503);
    await end();
    await recovered(api, worker);
  }
  await deployment.nothingIsLeft();
});

test('a frozen Redis keeps one request waiting, not each anew; jobs are done meanwhile, and all goes on when it thaws', async () => {
  const redis = await redisServer();
  const deployment = await deploymentOn(redis);
  const [api, worker] = [await deployment.start('api'), await deployment.start('worker')];
  const headers = await signedIn(api);
  const thaw = frozen(redis.pid as number);
  closers.push(thaw);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const ids: string[] = [];
  for (let n = 0; n < MANY; n += 1) {
    expect((await fetch(`${api.url}/api/images/`, { headers, signal })).status).toBe(200);
  }
  for (let n = 0; n < MANY; n += 1) ids.push(await accepted(api, picture));
  await deployment.allCompleted(ids);
  expect(said(api, 'requests are counted by this process for itself')).toBe(1);
  thaw();
  await recovered(api, worker);
  expect((await fetch(`${api.url}/api/images/`, { headers })).status).toBe(200);
  expect(said(api, 'Requests are counted over all processes again')).toBe(1);
  ids.push(await accepted(api, picture));
  await deployment.allCompleted(ids);
  await deployment.nothingIsLeft();
});
