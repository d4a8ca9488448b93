import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { MikroOrmAccountRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-account.repository.ts';
import { SqlMonthlyImages } from '../../src/accounts/infrastructure/sql/sql-monthly-images.ts';
import { ImageJob } from '../../src/image-jobs/domain/image-job.ts';
import { MikroOrmImageJobRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-job.repository.ts';
import { MikroOrmImageWorkRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-work.repository.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';
import { accountCaller, completion, failedOutput, job, NO_LIMITS, NOW, stranger } from './jobs.ts';

const NEVER_ENDED = secondsAfter(NOW, -86_400);

describe.each(DATABASES)('ImageJobRepository on %s', (kind) => {
  const database = useDatabase(kind);
  let repositories: MikroOrmImageJobRepository[];
  let jobs: MikroOrmImageJobRepository;
  let work: MikroOrmImageWorkRepository;
  let manager: EntityManager;
  beforeAll(() => {
    manager = inTurn(database.managers, 0);
    repositories = database.managers.map((em) => new MikroOrmImageJobRepository(em));
    jobs = inTurn(repositories, 0);
    work = new MikroOrmImageWorkRepository(inTurn(database.managers, 0));
  });

  async function completed(caller = stranger(), bytes = 500): Promise<ImageJob> {
    const added = job(caller);
    await jobs.add(added, NO_LIMITS);
    await work.complete((await work.claim(added.id, NOW)) as ImageJob, completion(NOW, bytes));
    return (await jobs.find(added.id)) as ImageJob;
  }

  test('gives back what was added, to the millisecond', async () => {
    const added = job();
    expect(await jobs.add(added, NO_LIMITS)).toBe('added');
    expect(await jobs.find(added.id)).toEqual(added);
    expect(await jobs.find(added.id)).toBeInstanceOf(ImageJob);
    expect(await jobs.find(randomUUID())).toBeNull();
  });

  test('keeps sizes beyond 32 bits', async () => {
    const large = 5_000_000_000;
    expect(await completed(stranger(), large)).toMatchObject({
      keptBytes: large,
      outputs: [{ result: { bytes: large } }],
    });
  });

  test('of twenty at once, as many are added as the owner may have', async () => {
    const caller = stranger();
    const admissions = await Promise.all(
      Array.from({ length: 20 }, (_, n) => inTurn(repositories, n).add(job(caller), { ...NO_LIMITS, activeJobs: 7 })),
    );
    expect(admissions.filter((admission) => admission === 'added')).toHaveLength(7);
    expect(admissions.filter((admission) => admission === 'too_many_jobs')).toHaveLength(13);
  });

  test('of twenty at once, as many are added as the owner may keep bytes for', async () => {
    const caller = stranger();
    const admissions = await Promise.all(
      Array.from({ length: 20 }, (_, n) => inTurn(repositories, n).add(job(caller), { ...NO_LIMITS, keptBytes: 5999 })),
    );
    expect(admissions.filter((admission) => admission === 'added')).toHaveLength(5);
    expect(admissions.filter((admission) => admission === 'too_many_bytes')).toHaveLength(15);
  });

  test('of twenty at once, as many are added as the month has left, and each month has its own count', async () => {
    const months = new SqlMonthlyImages(manager);
    const caller = stranger();
    const limits = (month: string) => ({ ...NO_LIMITS, monthly: { month, images: 6 } });
    await months.begin(caller.key, '2026-01', 1);
    await months.begin(caller.key, '2026-01', 2);
    await months.begin(caller.key, '2026-01', 0);
    const add = (month: string, n: number) => inTurn(repositories, n).add(job(caller), limits(month));
    const admissions = await Promise.all(Array.from({ length: 20 }, (_, n) => add('2026-01', n)));
    expect(admissions.filter((admission) => admission === 'added')).toHaveLength(4);
    expect(admissions.filter((admission) => admission === 'monthly_limit')).toHaveLength(16);
    expect(await add('2026-02', 0)).toBe('added');
    const counted = async () => [
      await months.accepted(caller.key, '2026-01'),
      await months.accepted(caller.key, '2026-02'),
    ];
    expect(await counted()).toEqual([6, 1]);
    expect(await jobs.add(job(caller), { ...limits('2026-02'), activeJobs: 5 })).toBe('too_many_jobs');
    await jobs.remove((await work.findWaiting(NOW, 1000)).at(-1)?.id ?? '');
    expect(await counted()).toEqual([6, 1]);
    await months.forget('2026-02');
    expect(await counted()).toEqual([0, 1]);
  });

  test('of twenty owners at once, as many jobs are added as the queue holds', async () => {
    const before = (await work.findWaiting(NOW, 1000)).length;
    const limits = { ...NO_LIMITS, queue: before + 6 };
    const admissions = await Promise.all(
      Array.from({ length: 20 }, (_, n) => inTurn(repositories, n).add(job(), limits)),
    );
    expect(admissions.filter((admission) => admission === 'added')).toHaveLength(6);
    expect(admissions.filter((admission) => admission === 'queue_full')).toHaveLength(14);
  });

  test('adds nothing for an account that is gone, not even while it goes', async () => {
    const accounts = database.managers.map((em) => new MikroOrmAccountRepository(em));
    const gone = await accountCaller(manager);
    await inTurn(accounts, 0).remove(gone.accountId);
    expect(await jobs.add(job(gone), NO_LIMITS)).toBe('shut_out');
    for (let round = 0; round < 10; round += 1) {
      const going = await accountCaller(manager);
      const adding = Array.from({ length: 5 }, (_, n) => inTurn(repositories, n).add(job(going), NO_LIMITS));
      await inTurn(accounts, round).remove(going.accountId);
      // Whoever deletes an account then erases what it has: nothing may come after.
      const seen = await jobs.idsOf(going.accountId);
      const admissions = await Promise.all(adding);
      expect(admissions.filter((admission) => admission === 'added')).toHaveLength(seen.length);
      expect(await jobs.idsOf(going.accountId)).toHaveLength(seen.length);
    }
  });

  test('what is final is not active, what has failed keeps nothing', async () => {
    const caller = stranger();
    await completed(caller);
    const failed = job(caller);
    await jobs.add(failed, NO_LIMITS);
    const held = (await work.claim(failed.id, NOW)) as ImageJob;
    await work.fail(held, [failedOutput({ code: 'image_corrupt', detail: 'It is.' })], NOW);
    expect(await jobs.add(job(caller), { ...NO_LIMITS, activeJobs: 1, keptBytes: 1499 })).toBe('too_many_bytes');
    expect(await jobs.add(job(caller), { ...NO_LIMITS, activeJobs: 1, keptBytes: 1500 })).toBe('added');
  });

  test('lists one account, newest first, page by page in both directions', async () => {
    const caller = await accountCaller(manager);
    // Two were made at the same moment: their ids order them.
    const moments = [0, 1, 1, 2, 3].map((seconds) => secondsAfter(NOW, seconds));
    for (const moment of moments) await jobs.add(job(caller, moment), NO_LIMITS);
    await jobs.add(job(), NO_LIMITS);
    const query = { limit: 2, now: NOW, endedAfter: NEVER_ENDED };
    const all = await jobs.list(caller.accountId, { ...query, limit: 10 });
    expect(all.map(({ createdAt }) => createdAt)).toEqual(moments.toReversed());
    const older = await jobs.list(caller.accountId, { ...query, after: all[1] as ImageJob });
    expect(older).toEqual(all.slice(2, 4));
    const newer = await jobs.list(caller.accountId, { ...query, before: all[4] as ImageJob });
    expect(newer).toEqual(all.slice(2, 4));
  });

  test('lists by the status at the moment, and leaves out records that are over', async () => {
    const caller = await accountCaller(manager);
    const done = await completed(caller);
    const idsAt = async (now: Date, status: 'completed' | 'expired', endedAfter = NEVER_ENDED) =>
      (await jobs.list(caller.accountId, { status, limit: 10, now, endedAfter })).map(({ id }) => id);
    expect(await idsAt(secondsAfter(NOW, 599), 'completed')).toEqual([done.id]);
    expect(await idsAt(secondsAfter(NOW, 600), 'completed')).toEqual([]);
    expect(await idsAt(secondsAfter(NOW, 600), 'expired')).toEqual([done.id]);
    expect(await idsAt(secondsAfter(NOW, 600), 'expired', secondsAfter(NOW, 600))).toEqual([]);
  });

  test('of ten first downloads at once, one shortens the window', async () => {
    const { id } = await completed();
    const end = secondsAfter(NOW, 20);
    const first = await Promise.all(
      Array.from({ length: 10 }, (_, n) => inTurn(repositories, n).recordFirstDownload(id, NOW, end)),
    );
    expect(first.filter(Boolean)).toHaveLength(1);
    expect(await jobs.find(id)).toMatchObject({ downloadedAt: NOW, downloadExpiresAt: end, version: 4 });
  });

  test('removes a job once, and knows the ids of an account', async () => {
    const caller = await accountCaller(manager);
    const added = job(caller);
    await jobs.add(added, NO_LIMITS);
    expect(await jobs.idsOf(caller.accountId)).toEqual([added.id]);
    expect(await jobs.remove(added.id)).toMatchObject({ id: added.id });
    expect(await jobs.remove(added.id)).toBeNull();
    expect(await jobs.idsOf(caller.accountId)).toEqual([]);
  });
});
