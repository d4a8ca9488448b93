import { randomUUID } from 'node:crypto';
import Bull from 'bull';
import { afterEach, expect, test } from 'vitest';
import { RedisConnections } from '../../src/shared/redis/redis-connections.ts';
import { queueOptions, type TaskMessage } from '../../src/shared/tasks/bull-task-queue.ts';
import { image, photograph } from '../support/pictures.ts';
import { Deployment } from './support/deployment.ts';
import { accepted } from './support/uploads.ts';

const picture = new Uint8Array(await image(photograph(1600, 1200)).jpeg().toBuffer());

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test('ten messages of one job, taken by two workers at once, make one attempt and one result', async () => {
  const deployment = await Deployment.create();
  closers.push(() => deployment.stop());
  const api = await deployment.start('api');
  const ids = [await accepted(api, picture), await accepted(api, picture)];
  const redis = new RedisConnections(deployment.redisUrl);
  closers.push(() => redis.close());
  await redis.start();
  const queue = new Bull<TaskMessage>('images', queueOptions(redis));
  for (const id of ids) for (let n = 0; n < 10; n += 1) await queue.add({ id }, { jobId: randomUUID() });
  const workers = [
    deployment.start('worker', { WORKER_CONCURRENCY: '4' }),
    deployment.start('worker', { WORKER_CONCURRENCY: '4' }),
  ];
  await Promise.all(workers);
  await deployment.allCompleted(ids);
  expect((await deployment.jobs()).map(({ attempt, version }) => [attempt, version])).toEqual([
    [1, 3],
    [1, 3],
  ]);
  await deployment.nothingIsLeft();
});
