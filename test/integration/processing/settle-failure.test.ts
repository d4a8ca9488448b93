import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workProblems } from '../../../src/imaging/domain/errors.ts';
import { secondsAfter } from '../../../src/shared/clock.ts';
import { namesIn } from '../../support/folders.ts';
import { Work } from '../../support/work.ts';

let work: Work;
beforeAll(async () => {
  work = await Work.open();
});
afterAll(() => work.close());

const { imageTruncated, workerCrashed, processingFailed, tookTooLong } = workProblems;
const truncated = imageTruncated.error('It is cut off.');
const late = tookTooLong.error('It took 30 s.');
const crash = workerCrashed.error('It crashed.');
const transient = processingFailed.error('It failed.');
const unknown = new Error('ENOENT: /a/path/that/nobody/shall/see');

describe('a job whose attempts fail', () => {
  test.each([
    ['for the image', [truncated], 'image_truncated', []],
    ['for its deadline', [late], 'took_too_long', []],
    ['by two crashes', [crash, crash], 'worker_crashed', [2]],
    ['for reasons outside it, three times', [transient, unknown, transient], 'processing_failed', [2, 10]],
    ['by a crash, then for the image', [crash, truncated], 'image_truncated', [2]],
    ['by a crash among other reasons', [transient, crash, transient, crash], 'worker_crashed', [2, 10, 10]],
    ['for reasons outside it, with one crash', [crash, unknown, unknown, unknown], 'processing_failed', [2, 10, 10]],
  ] as const)('%s', async (_words, errors, code, pauses) => {
    const job = await work.add(Buffer.from('bytes'));
    work.log.attempts.length = 0;
    const waited: number[] = [];
    for (const error of errors) {
      await work.failures.execute(await work.claim(job), error);
      const { status, availableAt } = await work.find(job);
      if (status !== 'pending') break;
      const pause = (availableAt.getTime() - work.clock.now().getTime()) / 1000;
      expect(await work.work.claim(job.id, secondsAfter(availableAt, -0.001))).toBeNull();
      waited.push(pause);
      work.clock.advance(pause);
    }
    expect(waited).toEqual(pauses);
    expect(work.log.attempts.map(({ final }) => final)).toEqual(errors.map((_, index) => index === errors.length - 1));
    expect(await work.find(job)).toMatchObject({
      status: 'failed',
      attempt: errors.length,
      completedAt: work.clock.now(),
      keptBytes: 0,
      outputs: [{ result: null, error: { code, detail: expect.not.stringContaining('/a/path') } }],
    });
    expect(await namesIn(work.folder, 'files', job.id)).toEqual([]);
  });

  test('tells those who wait, under the version that it then has', async () => {
    const job = await work.add(Buffer.from('bytes'));
    work.changes.length = 0;
    await work.failures.execute(await work.claim(job), transient);
    work.clock.advance(2);
    expect(work.changes).toEqual([{ id: job.id, version: (await work.find(job)).version, unfinished: true }]);
    await work.failures.execute(await work.claim(job), truncated);
    expect(work.changes.at(-1)).toEqual({ id: job.id, version: (await work.find(job)).version });
  });

  test('is left alone by an attempt that is no longer the present one', async () => {
    const job = await work.add(Buffer.from('bytes'));
    const stale = await work.claim(job);
    await work.failures.abandoned(stale);
    const present = await work.claim(job);
    work.changes.length = 0;
    await work.failures.execute(stale, truncated);
    expect(await work.find(job)).toMatchObject({ status: 'processing', attempt: present.attempt });
    expect(await namesIn(work.folder, 'files', job.id)).toEqual(['original']);
    expect(work.changes).toEqual([]);
  });
});

describe('a job whose worker is gone', () => {
  test('is taken up at once, by the queue, and fails when three workers are gone', async () => {
    const job = await work.add(Buffer.from('bytes'));
    for (const attempt of [1, 2]) {
      work.queue.ids.length = 0;
      await work.failures.abandoned(await work.claim(job));
      expect(work.queue.ids).toEqual([job.id]);
      expect(await work.find(job)).toMatchObject({ status: 'pending', attempt, availableAt: work.clock.now() });
    }
    await work.failures.abandoned(await work.claim(job));
    expect(await work.find(job)).toMatchObject({
      status: 'failed',
      outputs: [{ error: { code: 'processing_failed' } }],
    });
  });
});
