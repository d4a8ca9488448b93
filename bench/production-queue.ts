import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import Bull from 'bull';
import { Caller } from '../src/accounts/domain/caller.ts';
import { openDatabase } from '../src/database/database.ts';
import { ImageJob } from '../src/image-jobs/domain/image-job.ts';
import { MikroOrmImageJobRepository } from '../src/image-jobs/infrastructure/sql/mikro-orm-image-job.repository.ts';
import { MikroOrmImageWorkRepository } from '../src/image-jobs/infrastructure/sql/mikro-orm-image-work.repository.ts';
import { SqlWorkStatistics } from '../src/image-jobs/infrastructure/sql/sql-work-statistics.ts';
import { image, photograph } from '../test/support/pictures.ts';
import { markdownTable, median } from './figures.ts';
import type { ProductionServers } from './production-servers.ts';
import { BenchedService, type UploadForm } from './service.ts';
import { StoredJobs } from './stored-jobs.ts';

// Settings are classes with decorators, which have to be compiled.
const { loadSettings }: typeof import('../src/settings/load-settings.ts') = await import(
  new URL('../dist/settings/load-settings.js', import.meta.url).href
);

const WAITING = Number(process.env.WAITING ?? 100_000);
const REPEATED = Number(process.env.REPEATED ?? 300);
const NO_LIMITS = { activeJobs: 1_000_000, keptBytes: Number.MAX_SAFE_INTEGER, queue: 1_000_000 };
/** Messages that are added to the queue at a time. */
const BATCH = 5000;

const STEPS = [
  'POST, answered',
  'GET of the job',
  'add the row',
  'count what is ahead',
  'add the message',
  'claim',
] as const;
type Times = Record<(typeof STEPS)[number], number[]>;

/** What it costs to accept a job and to claim one, with an empty queue and with a long one. */
export async function compareQueues(servers: ProductionServers, folder: string): Promise<string> {
  const small = BenchedService.form(await image(photograph(320, 240)).jpeg().toBuffer(), []);
  const queues = [
    await Queue.start(servers, join(folder, 'empty'), small),
    await Queue.start(servers, join(folder, 'long'), small),
  ];
  try {
    await queues[1]?.fill(WAITING);
    // The first ones open connections and prepare statements.
    for (const queue of queues) for (let n = 0; n < 20; n += 1) await queue.measure();
    for (const queue of queues) queue.forget();
    for (let n = 0; n < REPEATED; n += 1) for (const queue of queues) await queue.measure();
    const [empty, long] = queues.map(({ times }) => times) as [Times, Times];
    const rows = STEPS.map((step) => {
      const [one, other] = [median(empty[step]), median(long[step])];
      return [step, one.toFixed(2), other.toFixed(2), (other / one).toFixed(2)];
    });
    return markdownTable(
      ['ms, medians', 'nothing waits', `${WAITING.toLocaleString('en')} wait`, 'ratio (goal: 1)'],
      rows,
    );
  } finally {
    for (const queue of queues) await queue.stop();
  }
}

/** An API process with its queue and no worker, and the parts that it is made of. */
class Queue {
  times = noTimes();
  readonly #service: BenchedService;
  readonly #upload: UploadForm;
  readonly #orm: MikroORM;
  readonly #bull: Bull.Queue;
  readonly #stored: StoredJobs;
  readonly #jobs: MikroOrmImageJobRepository;
  readonly #work: MikroOrmImageWorkRepository;
  readonly #statistics: SqlWorkStatistics;

  private constructor(
    service: BenchedService,
    upload: UploadForm,
    orm: MikroORM,
    bull: Bull.Queue,
    stored: StoredJobs,
  ) {
    this.#service = service;
    this.#upload = upload;
    this.#orm = orm;
    this.#bull = bull;
    this.#stored = stored;
    this.#jobs = new MikroOrmImageJobRepository(orm.em);
    this.#work = new MikroOrmImageWorkRepository(orm.em);
    this.#statistics = new SqlWorkStatistics(orm.em);
  }

  static async start(servers: ProductionServers, dataDir: string, upload: UploadForm): Promise<Queue> {
    const env = { ...(await servers.settings()), PUBLIC_URL: 'http://127.0.0.1', QUEUE_LIMIT: '1000000' };
    return new Queue(
      await BenchedService.start(dataDir, { ...env, APP_ROLE: 'api' }),
      upload,
      await openDatabase(loadSettings(env)),
      new Bull('images', env.REDIS_URL, { prefix: 'imagepro' }),
      await StoredJobs.at(env.DATABASE_URL),
    );
  }

  async fill(count: number): Promise<void> {
    await this.#stored.add(count, 'pending');
    for (let from = 0; from < count; from += BATCH) {
      const messages = Array.from({ length: Math.min(BATCH, count - from) }, () => randomUUID());
      await this.#bull.addBulk(messages.map((id) => ({ data: { id }, opts: { jobId: `${id}:0` } })));
    }
  }

  forget(): void {
    this.times = noTimes();
  }

  /** Accepts one job over HTTP and another by hand, claims that, and removes both. */
  async measure(): Promise<void> {
    const { id, detail_url } = await this.#time('POST, answered', () => this.#service.submit(this.#upload));
    const path = new URL(detail_url).pathname;
    await this.#time('GET of the job', () => this.#service.fetch(`${this.#service.url}${path}`));
    await this.#jobs.remove(id);
    const job = newJob();
    await this.#time('add the row', () => this.#jobs.add(job, NO_LIMITS));
    await this.#time('count what is ahead', () => this.#statistics.ahead(job));
    await this.#time('add the message', () => this.#bull.add({ id: job.id }, { jobId: `${job.id}:0` }));
    await this.#time('claim', () => this.#work.claim(job.id, new Date()));
    await this.#jobs.remove(job.id);
  }

  async stop(): Promise<void> {
    await this.#service.stop();
    await Promise.all([this.#bull.close(), this.#stored.close(), this.#orm.close()]);
  }

  async #time<T>(step: keyof Times, act: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await act();
    this.times[step].push(performance.now() - start);
    return result;
  }
}

function newJob(): ImageJob {
  const { policies } = loadSettings({});
  const facts = { format: 'jpg', width: 4000, height: 3000, frames: 1 } as const;
  const caller = Caller.account(randomUUID(), 'session', '192.0.2.1', policies);
  return ImageJob.submit(
    { id: randomUUID(), name: 'photo.jpg', facts, bytes: 3_000_000, operations: [], warnings: [] },
    caller,
    new Date(),
  );
}

function noTimes(): Times {
  return Object.fromEntries(STEPS.map((step) => [step, [] as number[]])) as Times;
}
