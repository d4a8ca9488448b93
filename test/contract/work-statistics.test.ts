import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MikroORM } from '@mikro-orm/sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Caller } from '../../src/accounts/domain/caller.ts';
import { ImageJob } from '../../src/image-jobs/domain/image-job.ts';
import { SqlWorkStatistics } from '../../src/image-jobs/infrastructure/sql-work-statistics.ts';
import { loadSettings } from '../../src/load-settings.ts';
import { openDatabase } from '../../src/shared/database/database.ts';

const START = new Date('2026-01-01T12:00:00.000Z').getTime();

let dataDir: string;
let orm: MikroORM;
let statistics: SqlWorkStatistics;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'imagepro-statistics-'));
  orm = await openDatabase(loadSettings({ DATA_DIR: dataDir }));
  statistics = new SqlWorkStatistics(orm.em);
});
afterEach(async () => {
  await orm.close();
  await rm(dataDir, { recursive: true });
});

/** A stored job of 100 x 10 x 2 = 2000 pixels, made so many seconds after the start. */
async function stored(second: number, change: Partial<ImageJob> = {}): Promise<ImageJob> {
  const facts = { format: 'webp', width: 100, height: 10, frames: 2 } as const;
  const caller = Caller.anonymous('192.0.2.1', loadSettings({}).policies);
  const submission = { id: randomUUID(), name: 'a.webp', facts, bytes: 1, operations: [] };
  const job = Object.assign(ImageJob.submit(submission, caller, new Date(START + second * 1000)), change);
  await orm.em.fork().insert(ImageJob, job);
  return job;
}

function completed(second: number, processingMs: number, change: Partial<ImageJob> = {}): Promise<ImageJob> {
  const result = { format: 'webp', width: 1, height: 1, bytes: 1, sha256: '', processingMs } as const;
  const completedAt = new Date(START + second * 1000);
  return stored(second, { status: 'completed', completedAt, result, ...change });
}

test('there is no pace before a job is completed', async () => {
  await stored(0);
  await stored(1, { status: 'failed', completedAt: new Date(START) });
  expect(await statistics.pace()).toBeNull();
});

test('the pace is the time of the latest 50 over their pixels, expired ones included', async () => {
  await completed(0, 1_000_000);
  for (let second = 1; second <= 25; second += 1) await completed(second, 100);
  for (let second = 26; second <= 50; second += 1) await completed(second, 300, { status: 'expired' });
  expect(await statistics.pace()).toBeCloseTo(200 / 2000);
});

test('ahead of a job are the older ones that wait, and those that run', async () => {
  const startedAt = new Date(START + 500);
  await stored(0);
  await stored(1, { sourceWidth: 200 });
  await stored(2, { status: 'processing', startedAt });
  await completed(3, 1);
  const job = await stored(4);
  await stored(5);
  expect(await statistics.ahead(job)).toEqual({
    waiting: 2,
    waitingPixels: 6000,
    running: [{ pixels: 2000, startedAt }],
  });
});

test('of two that came in the same millisecond, the one with the smaller id is ahead', async () => {
  const [one, other] = await Promise.all([stored(0), stored(0)]);
  const [first, second] = one.id < other.id ? [one, other] : [other, one];
  expect(await statistics.ahead(first)).toMatchObject({ waiting: 0 });
  expect(await statistics.ahead(second)).toMatchObject({ waiting: 1 });
});

test('beyond 100 the pixels are estimated from the nearest 100', async () => {
  for (let second = 0; second < 100; second += 1) await stored(second, { sourceWidth: 1000 });
  for (let second = 100; second < 200; second += 1) await stored(second);
  const job = await stored(200);
  expect(await statistics.ahead(job)).toMatchObject({ waiting: 200, waitingPixels: 200 * 2000 });
});
