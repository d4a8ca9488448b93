import { afterEach, beforeEach, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { accepted, Deployment, type RunningProcess } from './support/deployment.ts';

const picture = new Uint8Array(await image(photograph(1600, 1200)).jpeg().toBuffer());

let deployment: Deployment;
beforeEach(async () => {
  deployment = await Deployment.create();
});
afterEach(() => deployment.stop());

/** Uploads so many, a few at a time. */
async function upload(api: RunningProcess, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const group = Math.min(10, count - ids.length);
    ids.push(...(await Promise.all(Array.from({ length: group }, () => accepted(api, picture)))));
  }
  return ids;
}

/** Resolves when so many jobs have this status. */
async function reached(status: string, count: number): Promise<void> {
  const jobs = async () => (await deployment.jobs()).filter((job) => job.status === status).length;
  await expect.poll(jobs, { timeout: 60_000, interval: 50 }).toBeGreaterThanOrEqual(count);
}

test('what was accepted is done, though the API is killed right after its answer and Redis forgets everything', async () => {
  const api = await deployment.start('api');
  const id = await accepted(api, picture);
  await api.end('SIGKILL');
  await deployment.redis.flushall();
  await deployment.start('worker');
  await deployment.allCompleted([id]);
  await deployment.nothingIsLeft();
});

test('a worker that is killed at work loses nothing: another one takes its jobs up', async () => {
  const api = await deployment.start('api');
  const first = await deployment.start('worker', { WORKER_CONCURRENCY: '2' });
  const ids = await upload(api, 30);
  await reached('processing', 1);
  await first.end('SIGKILL');
  await deployment.start('worker', { WORKER_CONCURRENCY: '2' });
  await deployment.allCompleted(ids);
  await deployment.nothingIsLeft();
});

test('200 jobs that wait outlive a Redis that forgets everything', async () => {
  const api = await deployment.start('api');
  const ids = await upload(api, 200);
  await deployment.redis.flushall();
  await deployment.start('worker', { WORKER_CONCURRENCY: '2' });
  await deployment.allCompleted(ids);
  await deployment.nothingIsLeft();
});

test('two workers are replaced one after the other during 200 jobs: each job is done once', async () => {
  const api = await deployment.start('api');
  const [one, two] = [await deployment.start('worker'), await deployment.start('worker')];
  const ids = upload(api, 200);
  await reached('completed', 10);
  for (const old of [one, two]) {
    const replacement = deployment.start('worker');
    expect(await old.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
    await replacement;
  }
  await deployment.allCompleted(await ids);
  expect((await deployment.jobs()).filter(({ attempt }) => attempt !== 1)).toEqual([]);
  await deployment.nothingIsLeft();
});
