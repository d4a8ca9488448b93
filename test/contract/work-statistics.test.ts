import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { ImageJob } from '../../src/image-jobs/domain/image-job.ts';
import { MikroOrmImageJobRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-job.repository.ts';
import { MikroOrmImageWorkRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-work.repository.ts';
import { SqlJobCensus } from '../../src/image-jobs/infrastructure/sql/sql-job-census.ts';
import { SqlWorkStatistics } from '../../src/image-jobs/infrastructure/sql/sql-work-statistics.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';
import { completion, job, NO_LIMITS, NOW } from './jobs.ts';

const PIXELS = 40 * 30;

describe.each(DATABASES)('WorkStatistics and JobCensus on %s', (kind) => {
  const database = useDatabase(kind);
  let manager: EntityManager;
  let jobs: MikroOrmImageJobRepository;
  let work: MikroOrmImageWorkRepository;
  let statistics: SqlWorkStatistics;
  let census: SqlJobCensus;
  let milliseconds = 0;
  /** Figures are looked up once a second. */
  const aSecondLater = () => {
    milliseconds += 1000;
  };
  const aheadOf = async (one?: ImageJob) => statistics.ahead((await jobs.find(one?.id ?? '')) as ImageJob);
  beforeAll(() => {
    const em = inTurn(database.managers, 0);
    manager = em;
    jobs = new MikroOrmImageJobRepository(em);
    work = new MikroOrmImageWorkRepository(em);
    statistics = new SqlWorkStatistics(em, () => milliseconds);
    census = new SqlJobCensus(em);
  });

  test('counts what waits before a job, and measures the pace from what is done', async () => {
    expect(await statistics.pace()).toBeNull();
    const submitted = [0, 1, 2, 3].map((seconds) => job(undefined, secondsAfter(NOW, seconds)));
    for (const one of submitted) await jobs.add(one, NO_LIMITS);
    const [first, second, third, last] = submitted as [(typeof submitted)[0], ...typeof submitted];
    const nothing = { waiting: 0, waitingPixels: 0, running: [] };
    expect(await aheadOf(first)).toEqual(nothing);
    expect(await aheadOf(last)).toEqual({ ...nothing, waiting: 3, waitingPixels: 3 * PIXELS });
    const notSentIn = job(undefined, secondsAfter(NOW, 4));
    expect(await statistics.ahead(notSentIn)).toEqual({ ...nothing, waiting: 4, waitingPixels: 4 * PIXELS });
    const held = (await work.claim(first.id, NOW)) as ImageJob;
    aSecondLater();
    const running = [{ pixels: PIXELS, startedAt: NOW }];
    expect(await aheadOf(third)).toEqual({ waiting: 1, waitingPixels: PIXELS, running });
    await work.complete(held, completion());
    aSecondLater();
    expect(await aheadOf(second)).toEqual(nothing);
    expect(await statistics.pace()).toEqual({ perJob: 0, perPixel: expect.closeTo(12 / PIXELS) });
    expect(await census.byStatus()).toEqual({ pending: 3, completed: 1 });
    expect(await census.oldestWaiting()).toEqual(second?.createdAt);
    expect(await Promise.all(submitted.map(({ ownerKey }) => census.activeOf(ownerKey)))).toEqual([0, 1, 1, 1]);
  });

  test('beyond 100 the pixels are estimated from the nearest 100', async () => {
    const later = (seconds: number) => secondsAfter(NOW, 100 + seconds);
    for (let seconds = 0; seconds < 150; seconds += 1) await jobs.add(job(undefined, later(seconds)), NO_LIMITS);
    const last = job(undefined, later(150));
    await jobs.add(last, NO_LIMITS);
    aSecondLater();
    const { waiting, waitingPixels } = await aheadOf(last);
    expect(waiting).toBeGreaterThanOrEqual(150);
    expect(waitingPixels).toBeCloseTo(waiting * PIXELS);
  });

  test('a job of a batch has all single ones before it, and is before none of them', async () => {
    const ofBatch = job(undefined, NOW, { batch: { id: randomUUID(), position: 0 } });
    await jobs.add(ofBatch, NO_LIMITS);
    const newest = job(undefined, secondsAfter(NOW, 1000));
    await jobs.add(newest, NO_LIMITS);
    aSecondLater();
    const singles = Number((await census.byStatus()).pending) - 1;
    expect(singles).toBeGreaterThan(100);
    expect((await aheadOf(newest)).waiting).toBeLessThanOrEqual(singles);
    expect((await aheadOf(ofBatch)).waiting).toBe(singles);
    const next = job(undefined, secondsAfter(NOW, 1), { batch: { id: randomUUID(), position: 0 } });
    await jobs.add(next, NO_LIMITS);
    aSecondLater();
    expect((await aheadOf(next)).waiting).toBeGreaterThanOrEqual(singles + 1);
    expect(await census.oldestWaiting()).toEqual(NOW);
    for (const { id } of [ofBatch, newest, next]) await jobs.remove(id);
  });

  test('looks up what runs, and the pace, once a second, and what waits each time', async () => {
    const waiting = job(undefined, secondsAfter(NOW, 50));
    await jobs.add(waiting, NO_LIMITS);
    const { waiting: before, running } = await aheadOf(waiting);
    const another = job(undefined, secondsAfter(NOW, 49));
    await jobs.add(another, NO_LIMITS);
    expect(await aheadOf(waiting)).toMatchObject({ waiting: before + 1, running });
    await work.claim(another.id, secondsAfter(NOW, 49));
    expect(await aheadOf(waiting)).toMatchObject({ waiting: before, running });
    aSecondLater();
    expect((await aheadOf(waiting)).running).toHaveLength(running.length + 1);
  });

  test('tells of any job of a long queue how many wait before it, to a hundred', async () => {
    const later = (seconds: number) => secondsAfter(NOW, 1000 + seconds);
    const long = Array.from({ length: 3500 }, (_, seconds) => job(undefined, later(seconds)));
    for (let from = 0; from < long.length; from += 500) await manager.fork().insertMany(long.slice(from, from + 500));
    const before = (await aheadOf(long[0])).waiting;
    aSecondLater();
    for (const place of [50, 999, 1700, 3499]) {
      const { waiting } = await aheadOf(long[place]);
      expect(Math.abs(waiting - before - place)).toBeLessThanOrEqual(100);
    }
  });
});
