import { afterEach, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { PostgreSqlServer } from '../support/servers/postgresql.ts';
import { RedisServer } from '../support/servers/redis.ts';
import { S3Server } from '../support/servers/s3.ts';
import { Deployment } from './support/deployment.ts';
import type { RunningProcess } from './support/running-process.ts';
import { type Asked, acceptedIn, SteadyLoad, unexpected } from './support/steady-load.ts';
import { until } from './support/until.ts';
import { accepted, formOf, manyAccepted, upload } from './support/uploads.ts';

const picture = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());
const PERSON = { username: 'ada', email: 'ada@example.com', password: 'a long and lonely sentence' };
const { username, password } = PERSON;
const JSON_TYPE = { 'Content-Type': 'application/json' };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function deploymentOn(...settings: Parameters<typeof Deployment.create>): Promise<Deployment> {
  const deployment = await Deployment.create(...settings);
  closers.push(() => deployment.stop());
  return deployment;
}

async function ownRedis(): Promise<RedisServer> {
  const redis = await RedisServer.start();
  closers.push(() => redis.stop());
  return redis;
}

function logIn({ url }: RunningProcess): Asked {
  return {
    url: `${url}/accounts/login/`,
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify({ username, password }),
  };
}

/** An account; what its requests carry. */
async function signedIn(api: RunningProcess): Promise<{ Authorization: string }> {
  const body = JSON.stringify(PERSON);
  const made = await fetch(`${api.url}/accounts/register/`, { method: 'POST', headers: JSON_TYPE, body });
  expect(made.status).toBe(201);
  const { url, ...request } = logIn(api);
  const { access } = (await (await fetch(url, request)).json()) as { access: string };
  return { Authorization: `Bearer ${access}` };
}

/** Clients of all kinds in turn: one uploads, one asks for a job, one for its list, one logs in. */
function visitors(api: RunningProcess, id: string, headers: { Authorization: string }): (n: number) => Asked {
  const images = `${api.url}/api/images/`;
  const kinds: (() => Asked)[] = [
    () => ({ url: images, method: 'POST', body: formOf(picture) }),
    () => ({ url: `${images}${id}/` }),
    () => ({ url: images, headers }),
    () => logIn(api),
  ];
  return (n) => (kinds[n % kinds.length] as () => Asked)();
}

test('through 20 s without Redis uploads, log-ins and reads go on, and all that was accepted runs when it is back', async () => {
  const redis = await ownRedis();
  const deployment = await deploymentOn({ redis: redis.port }, { THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' });
  const api = await deployment.start('api');
  await deployment.start('worker');
  const first = await accepted(api, picture);
  const load = new SteadyLoad(50, visitors(api, first, await signedIn(api)));
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
  const redis = await ownRedis();
  const deployment = await deploymentOn({ redis: redis.port }, { THROTTLE_AUTHENTICATED_PER_MINUTE: '5' });
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
  const redis = await ownRedis();
  const deployment = await deploymentOn({ redis: redis.port });
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

test('while PostgreSQL restarts under load requests are refused for a while; then all goes on by itself', async () => {
  const postgresql = await PostgreSqlServer.start();
  closers.push(() => postgresql.stop());
  const deployment = await deploymentOn(
    { postgresql: postgresql.port },
    { THROTTLE_AUTHENTICATED_PER_MINUTE: '100000' },
  );
  const api = await deployment.start('api');
  await deployment.start('worker');
  const first = await accepted(api, picture);
  const load = new SteadyLoad(50, visitors(api, first, await signedIn(api)));
  const more = async (count: number, refused: boolean) => {
    const seen = () => load.answers.filter(({ status }) => (status === 503) === refused).length;
    const before = seen();
    await until(seen, (now) => now >= before + count);
  };
  // Once asked to end, and once as if it had crashed.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    await more(40, false);
    await postgresql.halt(signal);
    await more(40, true);
    expect((await fetch(`${api.url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
    await postgresql.resume();
    await more(40, false);
  }
  const answers = await load.stop();
  expect(unexpected(answers)).toEqual([]);
  // Of one that was refused the row may be there, if PostgreSQL ended between writing it and saying so.
  const completed = (await deployment.allFinal()).filter(({ status }) => status === 'completed');
  expect(completed.map(({ id }) => id)).toEqual(expect.arrayContaining([first, ...acceptedIn(answers)]));
  await deployment.nothingIsLeft();
});

test('an upload whose job PostgreSQL has written without saying so is refused, and nothing of it is left', async () => {
  const postgresql = await PostgreSqlServer.start();
  closers.push(() => postgresql.stop());
  const deployment = await deploymentOn({ postgresql: postgresql.port });
  const api = await deployment.start('api');
  const waitsForStandby = (names: string) =>
    deployment
      .query(`alter system set synchronous_standby_names = '${names}'`)
      .then(() => deployment.query('select pg_reload_conf()'));
  // A commit is written, and then waits for a standby that is not there; who is ended in this state has committed.
  await waitsForStandby('nobody');
  const refused = upload(api, picture);
  const committing = () =>
    deployment.query<{ pid: number }>("select pid from pg_stat_activity where wait_event = 'SyncRep'");
  const [{ pid = 0 } = {}] = await until(committing, (found) => found.length === 1);
  await deployment.query(`select pg_terminate_backend(${pid})`);
  await waitsForStandby('');
  expect((await refused).status).toBe(503);
  expect(await deployment.jobs()).toEqual([]);
  const id = await accepted(api, picture);
  await deployment.start('worker');
  await deployment.allCompleted([id]);
  await deployment.nothingIsLeft();
});

test('without S3 uploads are refused for a while, and an accepted job fails with a reason in the end', async () => {
  const s3 = await S3Server.start();
  closers.push(() => s3.stop());
  const deployment = await deploymentOn({ s3: s3.port });
  const api = await deployment.start('api');
  const id = await accepted(api, picture);
  await s3.halt();
  const refused = await upload(api, picture);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  await deployment.start('worker');
  await deployment.reached('failed', 1);
  const job = await (await fetch(`${api.url}/api/images/${id}/`)).json();
  expect(job).toMatchObject({ status: 'failed', error: { code: 'processing_failed' } });
  expect(await deployment.jobs()).toEqual([expect.objectContaining({ id, status: 'failed', attempt: 3 })]);
  await s3.resume();
  await deployment.nothingIsLeft();
});
