import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobChange, JobEvents } from '../../src/image-jobs/application/job-events.ts';
import { InProcessJobEvents } from '../../src/image-jobs/infrastructure/events/in-process-job-events.ts';
import { RedisJobEvents } from '../../src/image-jobs/infrastructure/events/redis-job-events.ts';
import { RedisConnections } from '../../src/shared/redis/redis-connections.ts';
import { freshRedis } from '../support/servers/fresh.ts';

const ADAPTERS = ['in process', 'through Redis'] as const;

describe.each(ADAPTERS)('JobEvents %s', (adapter) => {
  const opened: RedisConnections[] = [];
  let here: JobEvents;
  let there: JobEvents;
  beforeAll(async () => {
    here = adapter === 'in process' ? new InProcessJobEvents() : await throughRedis(await freshRedis());
    there = adapter === 'in process' ? here : await throughRedis(await freshRedis());
  });
  afterAll(() => {
    for (const redis of opened) redis.close();
  });

  async function throughRedis(url: string): Promise<JobEvents> {
    const redis = new RedisConnections(url);
    opened.push(redis);
    await redis.start();
    const subscriber = redis.patient();
    const events = new RedisJobEvents(redis.commands, subscriber);
    if (subscriber.status !== 'ready') await once(subscriber, 'ready');
    await subscriber.ping();
    return events;
  }

  /** Resolves with the next change of a job that is heard of. */
  function next(events: JobEvents, id: string): Promise<JobChange> {
    const { promise, resolve } = Promise.withResolvers<JobChange>();
    const stop = events.subscribe(id, (change) => {
      stop();
      resolve(change);
    });
    return promise;
  }

  test('a change is heard in every process, by all who listen to this job', async () => {
    const change = { id: randomUUID(), version: 3 };
    const heard = [next(here, change.id), next(here, change.id), next(there, change.id)];
    await here.publish(change);
    expect(await Promise.all(heard)).toEqual([change, change, change]);
  });

  test('a deletion is heard', async () => {
    const change = { id: randomUUID(), version: null };
    const heard = next(there, change.id);
    await here.publish(change);
    expect(await heard).toEqual(change);
  });

  test('whoever listens to another job, or no more, hears nothing', async () => {
    const id = randomUUID();
    const heard: JobChange[] = [];
    const stop = here.subscribe(id, (change) => heard.push(change));
    here.subscribe(randomUUID(), (change) => heard.push(change));
    const first = next(here, id);
    await here.publish({ id, version: 1 });
    await first;
    stop();
    const second = next(here, id);
    await here.publish({ id, version: 2 });
    await second;
    expect(heard).toEqual([{ id, version: 1 }]);
  });
});
