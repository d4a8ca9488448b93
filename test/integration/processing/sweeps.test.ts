import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ImageJob } from '../../../src/image-jobs/domain/image-job.ts';
import { JobEndings } from '../../../src/image-jobs/infrastructure/sql/job-endings.ts';
import { EraseExpiredImages } from '../../../src/processing/application/erase-expired-images.ts';
import { RemoveOrphanFiles } from '../../../src/processing/application/remove-orphan-files.ts';
import { ResumeUnfinishedWork } from '../../../src/processing/application/resume-unfinished-work.ts';
import { completion } from '../../contract/jobs.ts';
import { namesIn } from '../../support/folders.ts';
import { Work } from '../../support/work.ts';

const DAY = 86_400;

let work: Work;
/** The job whose end the database does not take. */
let stubborn: string | undefined;
beforeEach(async () => {
  stubborn = undefined;
  const endings = new JobEndings();
  endings.follow({
    statement: ({ id }) => (id === stubborn ? { sql: 'insert into no_such_table values (1)', values: [] } : null),
  });
  work = await Work.open(endings);
});
afterEach(() => work.close());

const statusOf = async (job: ImageJob) => (await work.find(job)).status;

/** Jobs one after the other, so that sweeps come to the first one first. */
async function three(): Promise<[ImageJob, ImageJob, ImageJob]> {
  const jobs: ImageJob[] = [];
  for (const bytes of ['one', 'two', 'three']) {
    work.clock.advance(1);
    const job = await work.claim(await work.add(Buffer.from(bytes)));
    jobs.push(job);
  }
  return jobs as [ImageJob, ImageJob, ImageJob];
}

test('an expired image that cannot be erased keeps no other from being erased, nor records from being forgotten', async () => {
  const [old, first, second] = await three();
  const life = { recordSeconds: DAY };
  const sweep = new EraseExpiredImages(work.work, work.batches, work.files, work.events, work.clock, life);
  await work.work.complete(old, completion(work.clock.now(), 500, old));
  work.clock.advance(DAY);
  await sweep.execute();
  for (const job of [first, second]) await work.work.complete(job, completion(work.clock.now(), 500, job));
  work.clock.advance(DAY);
  stubborn = first.id;
  await expect(sweep.execute()).rejects.toThrow('no_such_table');
  expect([await statusOf(first), await statusOf(second)]).toEqual(['completed', 'expired']);
  expect(await work.jobs.find(old.id)).toBeNull();
});

test('results that expire at the same moment are erased many at a time', async () => {
  const jobs = await Promise.all(Array.from({ length: 40 }, () => work.add(Buffer.from('bytes'))));
  for (const job of jobs) {
    const claimed = await work.claim(job);
    await work.work.complete(claimed, completion(work.clock.now(), 500, claimed));
  }
  work.clock.advance(DAY / 2);
  const many = Promise.withResolvers<void>();
  const removed: string[] = [];
  vi.spyOn(work.files, 'removeAllOf').mockImplementation(async (id) => {
    if (removed.push(id) === 16) many.resolve();
    await many.promise;
  });
  const life = { recordSeconds: DAY };
  await new EraseExpiredImages(work.work, work.batches, work.files, work.events, work.clock, life).execute();
  expect(removed.sort()).toEqual(jobs.map(({ id }) => id).sort());
  expect(new Set(await Promise.all(jobs.map(statusOf)))).toEqual(new Set(['expired']));
});

test('a job that cannot be settled keeps no other from being taken up, and none that waits from being queued', async () => {
  const [first, second, third] = await three();
  const waiting = await work.add(Buffer.from('four'));
  const sweep = new ResumeUnfinishedWork(work.work, work.failures, work.queue, work.clock);
  for (const job of [first, second]) await crashed(job);
  stubborn = first.id;
  work.clock.advance(DAY);
  await expect(sweep.execute()).rejects.toThrow('no_such_table');
  expect([await statusOf(first), await statusOf(second), await statusOf(third)]).toEqual([
    ...['processing', 'failed', 'pending'],
  ]);
  expect(work.queue.ids).toEqual(expect.arrayContaining([third.id, waiting.id]));
});

test('after a stop or a set clock no job is taken from its worker before that has had time to say that it lives', async () => {
  const [held] = await three();
  const sweep = new ResumeUnfinishedWork(work.work, work.failures, work.queue, work.clock);
  const lookedFor = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      work.clock.advance(1);
      await sweep.lookAtClock();
    }
  };
  await sweep.execute();
  for (const slept of [25, DAY]) {
    // All processes of a machine that slept, this one too.
    work.clock.advance(slept);
    await sweep.execute();
    await lookedFor(19);
    await sweep.execute();
    expect(await work.find(held)).toMatchObject({ status: 'processing', attempt: 1 });
    await work.work.keepAlive(held.id, held.attempt, work.clock.now());
  }
  work.clock.setBack(3600);
  await sweep.execute();
  expect(await statusOf(held)).toBe('processing');
  await lookedFor(20);
  await sweep.execute();
  expect(await statusOf(held)).toBe('pending');
});

test('of a completed job what is needed no more is removed, and nothing is asked for that is not there', async () => {
  const [whole, left, runs] = await three();
  for (const job of [whole, left]) await work.work.complete(job, completion(work.clock.now(), 500, job));
  await work.files.remove(whole.originalKey());
  for (const job of [whole, left]) await stored(job.resultKey(job.topOutput()));
  const removals = vi.spyOn(work.files, 'remove');
  await new RemoveOrphanFiles(work.work, work.files).execute(new Date(Date.now() + DAY * 1000));
  expect(removals.mock.calls).toEqual([[left.originalKey()]]);
  expect(await namesIn(work.folder, 'files', runs.id)).toEqual(['original']);
});

async function stored(key: string): Promise<void> {
  const path = join(work.folder, 'spool', 'result');
  await writeFile(path, 'a result');
  await work.files.put(key, path);
}

/** Twice, and taken up again: another time is the last. */
async function crashed(job: ImageJob): Promise<void> {
  for (let attempt = job.attempt; attempt < 3; attempt += 1) {
    await work.work.release(job.id, attempt, work.clock.now(), 0);
    await work.claim(job);
  }
}
