import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ImageJob } from '../../src/image-jobs/domain/image-job.ts';
import { MikroOrmImageJobRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-job.repository.ts';
import { MikroOrmImageWorkRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-work.repository.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';
import { completion, failedOutput, job, madeOutput, NO_LIMITS, NOW } from './jobs.ts';

const all = (jobs: AsyncIterable<ImageJob>): Promise<ImageJob[]> => Readable.from(jobs).toArray();

const LATER = secondsAfter(NOW, 5);

describe.each(DATABASES)('ImageWorkRepository on %s', (kind) => {
  const database = useDatabase(kind);
  let repositories: MikroOrmImageWorkRepository[];
  let work: MikroOrmImageWorkRepository;
  let jobs: MikroOrmImageJobRepository;
  let id: string;
  beforeAll(() => {
    repositories = database.managers.map((em) => new MikroOrmImageWorkRepository(em));
    work = inTurn(repositories, 0);
    jobs = new MikroOrmImageJobRepository(inTurn(database.managers, 0));
  });
  beforeEach(async () => {
    for (const other of await work.findWaiting(secondsAfter(NOW, 86_400), 1000)) await jobs.remove(other.id);
    for await (const other of work.abandoned()) await jobs.remove(other.id);
    for await (const other of work.expired(secondsAfter(NOW, 86_400))) await jobs.remove(other.id);
    const added = job();
    id = added.id;
    await jobs.add(added, NO_LIMITS);
  });

  const present = async () => (await jobs.find(id)) as ImageJob;
  const claimed = async (now = NOW) => (await work.claim(id, now)) as ImageJob;

  test('of twenty claims at once, one wins', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, (_, n) => inTurn(repositories, n).claim(id, LATER)));
    const won = claims.filter((claim) => claim !== null);
    expect(won).toHaveLength(1);
    expect(won[0]).toBeInstanceOf(ImageJob);
    expect(won[0]).toMatchObject({ status: 'processing', attempt: 1, version: 2, startedAt: LATER, aliveAt: LATER });
    expect(await present()).toEqual(won[0]);
  });

  test('a job that waits for its time is not claimed before', async () => {
    await work.claim(id, NOW);
    expect(await work.release(id, 1, LATER, 1)).toBe(true);
    expect(await work.findWaiting(NOW, 10)).toEqual([]);
    expect(await work.claim(id, NOW)).toBeNull();
    expect(await work.findWaiting(LATER, 10)).toEqual([expect.objectContaining({ id, attempt: 1 })]);
    expect(await work.claim(id, LATER)).toMatchObject({ attempt: 2, crashes: 1, startedAt: NOW, aliveAt: LATER });
  });

  test('an attempt is excused under its own number, once', async () => {
    await work.claim(id, NOW);
    expect(await work.excuse(id, 0, LATER)).toBe(false);
    expect(await work.excuse(id, 1, LATER)).toBe(true);
    expect(await work.excuse(id, 1, LATER)).toBe(false);
    expect(await present()).toMatchObject({
      status: 'pending',
      attempt: 1,
      excused: 1,
      availableAt: LATER,
      version: 3,
    });
  });

  test('a clock that was set back puts nobody off: neither who waits, nor who waits for a dead worker', async () => {
    const hourBefore = secondsAfter(NOW, -3600);
    expect(await work.findWaiting(hourBefore, 10)).toEqual([expect.objectContaining({ id })]);
    expect(await work.claim(id, hourBefore)).toMatchObject({ attempt: 1 });
    expect(await work.keepAlive(id, 1, NOW)).toBe(true);
    const span = { from: secondsAfter(hourBefore, -20), to: secondsAfter(hourBefore, 20) };
    expect(await all(work.abandoned(span))).toEqual([await present()]);
    expect(await all(work.abandoned())).toEqual([await present()]);
  });

  test('publishes a result under the present attempt, once', async () => {
    const held = await claimed();
    expect(await work.complete(held.changed({ attempt: 0 }), completion())).toBe(false);
    expect(await work.complete(held, completion())).toBe(true);
    expect(await work.complete(held, completion())).toBe(false);
    expect(await work.fail(held, [failedOutput({ code: 'late', detail: 'Too late.' })], NOW)).toBe(false);
    expect(await work.keepAlive(id, 1, LATER)).toBe(false);
    expect(await present()).toMatchObject({
      status: 'completed',
      keptBytes: 500,
      processingMs: 12,
      version: 3,
      ...completion(),
    });
  });

  test('publishes several outputs at once, and keeps the bytes of those that succeeded', async () => {
    const held = await claimed();
    const failed = { ...failedOutput({ code: 'out_of_memory', detail: 'It needs too much.' }), name: 'huge' };
    const outputs = [failed, { ...madeOutput(200), name: 'large' }, { ...madeOutput(30), name: 'small' }];
    expect(await work.complete(held, { ...completion(), outputs })).toBe(true);
    const done = await present();
    expect(done).toMatchObject({ status: 'completed', outputs, keptBytes: 230, processingMs: 24, version: 3 });
    expect([done.topOutput(), done.madeOutputs()]).toEqual([outputs[1], outputs.slice(1)]);
  });

  test('an attempt that was given up changes nothing any more', async () => {
    const abandoned = await claimed();
    await work.release(id, 1, NOW, 0);
    await work.claim(id, NOW);
    expect(await work.complete(abandoned, completion())).toBe(false);
    expect(await work.fail(abandoned, [failedOutput({ code: 'late', detail: 'Too late.' })], NOW)).toBe(false);
    expect(await work.release(id, 1, NOW, 5)).toBe(false);
    expect(await work.keepAlive(id, 1, LATER)).toBe(false);
    expect(await present()).toMatchObject({ status: 'processing', attempt: 2, crashes: 0 });
  });

  test('fails with a reason, and keeps nothing', async () => {
    const held = await claimed();
    const outputs = [failedOutput({ code: 'image_corrupt', detail: 'It cannot be decoded.' })];
    expect(await work.fail(held, outputs, LATER)).toBe(true);
    expect(await present()).toMatchObject({ status: 'failed', outputs, completedAt: LATER, keptBytes: 0 });
  });

  test('finds jobs whose worker was not heard of', async () => {
    await work.claim(id, NOW);
    expect(await all(work.abandoned({ from: NOW, to: LATER }))).toEqual([]);
    const before = await present();
    expect(await all(work.abandoned({ from: LATER, to: LATER }))).toEqual([before]);
    expect(await work.keepAlive(id, 1, LATER)).toBe(true);
    expect(await all(work.abandoned({ from: LATER, to: LATER }))).toEqual([]);
    // Nothing that is told of: its worker counts the changes from the claim to the end.
    expect(await present()).toMatchObject({ aliveAt: LATER, version: before.version });
  });

  test('finds what waits, the oldest first, at most so many', async () => {
    const [second, third] = [job(undefined, secondsAfter(NOW, 1)), job(undefined, secondsAfter(NOW, 2))];
    await jobs.add(third, NO_LIMITS);
    await jobs.add(second, NO_LIMITS);
    const waiting = await work.findWaiting(LATER, 2);
    expect(waiting.map((found) => found.id)).toEqual([id, second.id]);
  });

  test('those of a batch wait behind all others', async () => {
    const ofBatch = job(undefined, secondsAfter(NOW, -5), { batch: { id: randomUUID(), position: 0 } });
    await jobs.add(ofBatch, NO_LIMITS);
    const single = job(undefined, secondsAfter(NOW, 1));
    await jobs.add(single, NO_LIMITS);
    expect((await work.findWaiting(LATER, 10)).map((found) => [found.id, found.queueRank])).toEqual([
      [id, 0],
      [single.id, 0],
      [ofBatch.id, 1],
    ]);
  });

  test('forgets as many at a time as it is told', async () => {
    const end = completion().downloadExpiresAt;
    await work.forget(end, 1000);
    for (const one of Array.from({ length: 5 }, () => job())) {
      await jobs.add(one, NO_LIMITS);
      const claimed = (await work.claim(one.id, NOW)) as ImageJob;
      await work.fail(claimed, [failedOutput({ code: 'image_corrupt', detail: 'It is.' })], NOW);
    }
    expect(await work.forget(end, 3)).toBe(3);
    expect(await work.forget(end, 3)).toBe(2);
    expect(await work.forget(end, 3)).toBe(0);
  });

  test('expires what is over, and forgets it', async () => {
    await work.complete(await claimed(), completion());
    const end = completion().downloadExpiresAt;
    expect(await all(work.expired(secondsAfter(end, -1)))).toEqual([]);
    expect(await all(work.expired(end))).toEqual([await present()]);
    const [over] = (await all(work.expired(end))) as [ImageJob];
    expect(await work.markExpired(over)).toBe(true);
    expect(await work.markExpired(over)).toBe(false);
    expect(await present()).toMatchObject({ status: 'expired', keptBytes: 0, outputs: completion().outputs });
    expect(await work.forget(secondsAfter(end, -1), 10)).toBe(0);
    expect(await present()).not.toBeNull();
    expect(await work.forget(end, 10)).toBe(1);
    expect(await present()).toBeNull();
  });

  test('reads what is over to the end, whatever becomes of it, and however many there are of one moment', async () => {
    const submitted = Array.from({ length: 502 }, () => job());
    for (const one of submitted) {
      await jobs.add(one, NO_LIMITS);
      await work.complete((await work.claim(one.id, NOW)) as ImageJob, completion());
    }
    const ids = (await all(work.expired(completion().downloadExpiresAt))).map((one) => one.id);
    expect(ids.toSorted()).toEqual(submitted.map((one) => one.id).toSorted());
    for (const one of submitted) await jobs.remove(one.id);
  });

  test('finds those of many that exist', async () => {
    expect(await work.findAll([id, job().id])).toEqual([await present()]);
    expect(await work.findAll([])).toEqual([]);
  });
});
