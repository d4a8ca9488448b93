import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../src/accounts/domain/caller.ts';
import { MikroOrmAccountRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-account.repository.ts';
import type { Admission } from '../../src/image-jobs/application/ports.ts';
import { Batch, type BatchState } from '../../src/image-jobs/domain/batch.ts';
import type { ImageJob } from '../../src/image-jobs/domain/image-job.ts';
import { MikroOrmBatchRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-batch.repository.ts';
import { MikroOrmImageJobRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-job.repository.ts';
import { MikroOrmImageWorkRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-work.repository.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';
import { accountCaller, completion, failedOutput, job, NO_LIMITS, NOW } from './jobs.ts';

const REFUSED = { position: 1, name: 'dance.gif', error: { code: 'unsupported_format', detail: 'It is a GIF.' } };
const NEVER_ENDED = secondsAfter(NOW, -86_400);

type Account = Caller & { accountId: string };

describe.each(DATABASES)('BatchRepository on %s', (kind) => {
  const database = useDatabase(kind);
  let repositories: MikroOrmBatchRepository[];
  let batches: MikroOrmBatchRepository;
  let jobs: MikroOrmImageJobRepository;
  let work: MikroOrmImageWorkRepository;
  let manager: EntityManager;
  beforeAll(() => {
    manager = inTurn(database.managers, 0);
    repositories = database.managers.map((em) => new MikroOrmBatchRepository(em));
    batches = inTurn(repositories, 0);
    jobs = new MikroOrmImageJobRepository(manager);
    work = new MikroOrmImageWorkRepository(manager);
  });

  /** Jobs of a batch that is not added yet, in the order sent. */
  function jobsOf(caller: Account, id: string, count: number, createdAt = NOW): ImageJob[] {
    const ids = Array.from({ length: count }, () => randomUUID()).sort();
    return ids.map((jobId, position) => job(caller, createdAt, { id: jobId, batch: { id, position } }));
  }

  async function added(caller: Account, count = 3, createdAt = NOW): Promise<BatchState> {
    const id = randomUUID();
    const state = await batches.add(jobsOf(caller, id, count, createdAt), NO_LIMITS, () =>
      Batch.take(id, caller.accountId, createdAt, [REFUSED]),
    );
    return state as BatchState;
  }

  test('gives back a batch with its jobs, in the order sent', async () => {
    const caller = await accountCaller(manager);
    const id = randomUUID();
    const sent = jobsOf(caller, id, 3);
    const batch = Batch.take(id, caller.accountId, NOW, [REFUSED]);
    expect(await batches.add(sent, NO_LIMITS, () => batch)).toMatchObject({ batch, jobs: sent });
    const found = (await batches.find(id)) as BatchState;
    expect(found.batch).toEqual(batch);
    expect(found.batch).toBeInstanceOf(Batch);
    expect(found.jobs.map((one) => [one.id, one.name, one.status, one.batchPosition])).toEqual(
      sent.map((one, position) => [one.id, 'näme.jpg', 'pending', position]),
    );
    expect(await batches.jobsOf(id)).toEqual(sent);
    expect(await batches.find(randomUUID())).toBeNull();
  });

  test('admits as many files as the limits allow, in the order sent, each counted after those before it', async () => {
    const caller = await accountCaller(manager);
    await jobs.add(job(caller), NO_LIMITS);
    const id = randomUUID();
    const sizes = [1000, 3000, 1000, 1000, 1000];
    const ids = sizes.map(() => randomUUID()).sort();
    const sent = sizes.map((bytes, position) =>
      job(caller, NOW, { id: ids[position] as string, bytes, batch: { id, position } }),
    );
    let seen: readonly Admission[] = [];
    const limits = { ...NO_LIMITS, activeJobs: 4, keptBytes: 4500 };
    const state = await batches.add(sent, limits, (admissions) => {
      seen = admissions;
      return Batch.take(id, caller.accountId, NOW, []);
    });
    expect(seen).toEqual(['added', 'too_many_bytes', 'added', 'added', 'too_many_jobs']);
    expect(state?.jobs.map((one) => one.batchPosition)).toEqual([0, 2, 3]);
    expect((await batches.jobsOf(id)).map((one) => one.batchPosition)).toEqual([0, 2, 3]);
  });

  test('of ten batches at once as many files are admitted as the owner may have', async () => {
    const caller = await accountCaller(manager);
    const limits = { ...NO_LIMITS, activeJobs: 33 };
    const admissions: Admission[] = [];
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => {
        const id = randomUUID();
        return inTurn(repositories, n).add(jobsOf(caller, id, 5), limits, (of) => {
          admissions.push(...of);
          return of.includes('added') ? Batch.take(id, caller.accountId, NOW, []) : null;
        });
      }),
    );
    expect(admissions.filter((admission) => admission === 'added')).toHaveLength(33);
    expect(await jobs.idsOf(caller.accountId)).toHaveLength(33);
  });

  test('leaves nothing when it is not to be, or its making fails', async () => {
    const caller = await accountCaller(manager);
    const [none, failing] = [randomUUID(), randomUUID()];
    expect(await batches.add(jobsOf(caller, none, 3), NO_LIMITS, () => null)).toBeNull();
    // The third job has the id of the first, so it cannot be written.
    const [first, second] = jobsOf(caller, failing, 2) as [ImageJob, ImageJob];
    const twice = job(caller, NOW, { id: first.id, batch: { id: failing, position: 2 } });
    const adding = batches.add([first, second, twice], NO_LIMITS, () => Batch.take(failing, caller.accountId, NOW, []));
    await expect(adding).rejects.toThrow();
    expect(await batches.find(failing)).toBeNull();
    expect(await jobs.idsOf(caller.accountId)).toEqual([]);
  });

  test('adds nothing for an account that is gone', async () => {
    const caller = await accountCaller(manager);
    await new MikroOrmAccountRepository(manager).remove(caller.accountId);
    let seen: readonly Admission[] = [];
    await batches.add(jobsOf(caller, randomUUID(), 2), NO_LIMITS, (admissions) => {
      seen = admissions;
      return null;
    });
    expect(seen).toEqual(['shut_out', 'shut_out']);
  });

  test('lists those of one account, newest first, page by page in both directions, while a job is remembered', async () => {
    const caller = await accountCaller(manager);
    const moments = [0, 1, 1, 2, 3].map((seconds) => secondsAfter(NOW, seconds));
    for (const moment of moments) await added(caller, 2, moment);
    await added(await accountCaller(manager));
    const query = { limit: 2, endedAfter: NEVER_ENDED };
    const all = await batches.list(caller.accountId, { ...query, limit: 10 });
    expect(all.map(({ batch }) => batch.createdAt)).toEqual(moments.toReversed());
    expect(all.every((state) => state.jobs.length === 2)).toBe(true);
    const at = (n: number) => (all[n] as BatchState).batch;
    expect(await batches.list(caller.accountId, { ...query, after: at(1) })).toEqual(all.slice(2, 4));
    expect(await batches.list(caller.accountId, { ...query, before: at(4) })).toEqual(all.slice(2, 4));
    for (const { id } of (all[0] as BatchState).jobs) {
      const held = (await work.claim(id, secondsAfter(NOW, 9))) as ImageJob;
      await work.fail(held, [failedOutput({ code: 'image_corrupt', detail: 'It is.' })], NOW);
    }
    const ids = async (endedAfter: Date) =>
      (await batches.list(caller.accountId, { limit: 10, endedAfter })).map(({ batch }) => batch.id);
    expect(await ids(secondsAfter(NOW, -1))).toContain(at(0).id);
    expect(await ids(NOW)).not.toContain(at(0).id);
  });

  test('shows how far its jobs are at each moment', async () => {
    const caller = await accountCaller(manager);
    const { batch, jobs: sent } = await added(caller);
    const [first, second] = sent.map(({ id }) => id) as [string, string];
    const held = (await work.claim(first, NOW)) as ImageJob;
    const now = async () => ((await batches.find(batch.id)) as BatchState).counts();
    expect(await now()).toEqual({ pending: 2, processing: 1, completed: 0, failed: 0, refused: 1 });
    await work.complete(held, completion());
    await work.fail(
      (await work.claim(second, NOW)) as ImageJob,
      [failedOutput({ code: 'image_corrupt', detail: 'It is.' })],
      NOW,
    );
    expect(await now()).toEqual({ pending: 1, processing: 0, completed: 1, failed: 1, refused: 1 });
    const failed = (await batches.find(batch.id))?.jobs[1];
    expect(failed?.topOutput().error).toEqual({ code: 'image_corrupt', detail: 'It is.' });
  });

  test('is removed with its jobs, and with its account', async () => {
    const caller = await accountCaller(manager);
    const [one, other] = [await added(caller), await added(caller)];
    expect((await batches.remove(one.batch.id)).sort()).toEqual(one.jobs.map(({ id }) => id));
    expect(await batches.remove(one.batch.id)).toEqual([]);
    expect(await batches.find(one.batch.id)).toBeNull();
    expect(await jobs.idsOf(caller.accountId)).toHaveLength(3);
    await batches.removeAllOf(caller.accountId);
    expect(await batches.find(other.batch.id)).toBeNull();
  });

  test('forgets batches without jobs, the old ones, as many at a time as it is told', async () => {
    const caller = await accountCaller(manager);
    const old = secondsAfter(NOW, -100_000);
    const empty = [await added(caller, 1, old), await added(caller, 1, old), await added(caller, 1, old)];
    const kept = [await added(caller, 1, old), await added(caller, 1)];
    for (const { jobs: sent } of [...empty, kept[1] as BatchState]) {
      for (const { id } of sent) await jobs.remove(id);
    }
    const young = (kept[1] as BatchState).batch.id;
    expect(await batches.find(young), 'one without jobs, whose row is there').toBeNull();
    expect(await batches.forgetEmpty(NOW, 2)).toBe(2);
    expect(await batches.forgetEmpty(NOW, 2)).toBe(1);
    expect(await batches.forgetEmpty(NOW, 2)).toBe(0);
    for (const { batch } of empty) expect(await batches.find(batch.id)).toBeNull();
    expect(await batches.find((kept[0] as BatchState).batch.id)).not.toBeNull();
    expect(await batches.forgetEmpty(secondsAfter(NOW, 1), 2)).toBe(1);
  });
});
