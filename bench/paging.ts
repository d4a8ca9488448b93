import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable, median } from './figures.ts';

/**
 * `npm run bench -- paging`: the time of a page of 20 from a list of 100 jobs and from one of 100,000, its first page and one
 * in its middle, in turn on one database (SQLite, or PostgreSQL when DATABASE_URL is set). The ratio should be near 1.
 */

const compiled = (name: string) => import(new URL(`../dist/${name}.js`, import.meta.url).href);
const { Caller }: typeof import('../src/accounts/domain/caller.ts') = await compiled('accounts/domain/caller');
const { ListImageJobs }: typeof import('../src/image-jobs/application/find-image-jobs.ts') = await compiled(
  'image-jobs/application/find-image-jobs',
);
const { ImageJob }: typeof import('../src/image-jobs/domain/image-job.ts') =
  await compiled('image-jobs/domain/image-job');
const {
  MikroOrmImageJobRepository,
}: typeof import('../src/image-jobs/infrastructure/sql/mikro-orm-image-job.repository.ts') = await compiled(
  'image-jobs/infrastructure/sql/mikro-orm-image-job.repository',
);
const { loadSettings }: typeof import('../src/settings/load-settings.ts') = await compiled('settings/load-settings');
const { SystemClock }: typeof import('../src/shared/clock.ts') = await compiled('shared/clock');
const { openDatabase }: typeof import('../src/database/database.ts') = await compiled('database/database');

const SIZES = [100, 100_000];
const ROUNDS = Number(process.env.ROUNDS ?? 200);
const BATCH = 500;

const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-paging-'));
const settings = loadSettings({ ...process.env, DATA_DIR: dataDir });
const orm = await openDatabase(settings);
const list = new ListImageJobs(new MikroOrmImageJobRepository(orm.em), new SystemClock(), settings.jobs);
const accounts = SIZES.map(() => randomUUID());
const now = Date.now();

/** A completed job, made so many milliseconds ago. */
function job(accountId: string, ago: number) {
  const facts = { format: 'jpg', width: 4000, height: 3000, frames: 1 } as const;
  const caller = Caller.account(accountId, 'session', '192.0.2.1', settings.policies);
  const submission = {
    id: randomUUID(),
    name: 'photo.jpg',
    facts,
    bytes: 3_000_000,
    sha256: 'a'.repeat(64),
    outputs: [{ name: 'default', operations: [], warnings: [] }],
    warnings: [],
  };
  const result = {
    format: 'jpg',
    width: 4000,
    height: 3000,
    quality: 85,
    bytes: 1,
    sha256: 'a'.repeat(64),
    processingMs: 1,
  } as const;
  return Object.assign(ImageJob.submit(submission, caller, new Date(now - ago)), {
    status: 'completed',
    completedAt: new Date(now - ago),
    downloadExpiresAt: new Date(now + 3_600_000),
    result,
  });
}

try {
  for (const [index, size] of SIZES.entries()) {
    for (let from = 0; from < size; from += BATCH) {
      const jobs = Array.from({ length: Math.min(BATCH, size - from) }, (_, i) => job(accounts[index] ?? '', from + i));
      await orm.em.fork().insertMany(ImageJob, jobs);
    }
  }
  // Both lists in turn, so that whatever else the machine does falls on both.
  const times = SIZES.map(() => ({ first: [] as number[], middle: [] as number[] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, size] of SIZES.entries()) {
      const accountId = accounts[index] ?? '';
      const after = { createdAt: new Date(now - size / 2), id: randomUUID() };
      const start = performance.now();
      await list.execute(accountId, { limit: 20 });
      const between = performance.now();
      await list.execute(accountId, { limit: 20, after });
      times[index]?.first.push(between - start);
      times[index]?.middle.push(performance.now() - between);
    }
  }
  const medians = times.map(({ first, middle }) => [median(first), median(middle)]);
  const rows = SIZES.map((size, index) => [String(size), ...(medians[index] ?? []).map((time) => time.toFixed(2))]);
  const ratio = (medians[1] ?? []).map((time, index) => (time / (medians[0]?.[index] ?? 1)).toFixed(2));
  const table = markdownTable(['jobs', 'first page, ms', 'middle, ms'], [...rows, ['ratio', ...ratio]]);
  process.stdout.write(`${table}\n`);
} finally {
  await orm.close();
  await rm(dataDir, { recursive: true });
}
