import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { namesIn } from '../support/folders.ts';
import { image, photograph } from '../support/pictures.ts';
import { until, untilNone } from '../support/until.ts';
import { formOf } from '../support/upload.ts';
import { Deployment } from './support/deployment.ts';
import { RunningProcess } from './support/running-process.ts';
import { signedIn } from './support/visitors.ts';

const JOBS = 40;
/** Killed once that many more jobs have ended. */
const KILLED_EVERY = 8;
const KILLS = 3;

const whole = new Uint8Array(await image(photograph(2400, 1600)).jpeg().toBuffer());
/** Every fourth one breaks off, and its job fails. */
const broken = whole.slice(0, whole.length - 2000);
const OPERATIONS = [
  { operation_type: 'filter', parameters: { type: 'blur' } },
  { operation_type: 'convert', parameters: { format: 'webp' } },
];
const LIMITS = {
  THROTTLE_AUTHENTICATED_PER_MINUTE: '1000000',
  AUTHENTICATED_ACTIVE_JOBS: '1000',
  WORKER_CONCURRENCY: '2',
  SWEEP_SECONDS: '1',
  ORPHAN_SECONDS: '10',
};

interface Job {
  readonly id: string;
  readonly status: string;
  readonly source: { readonly bytes: number };
  readonly result: { readonly bytes: number; readonly processing_ms: number } | null;
}

type Figures = Record<string, number>;

const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** An account that uploads, and looks at its jobs and its usage. */
class Member {
  constructor(
    private readonly headers: { Authorization: string },
    private url: string,
  ) {}

  /** The same at a service that was started anew. */
  at({ url }: RunningProcess): void {
    this.url = url;
  }

  async upload(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const body = formOf(bytes, OPERATIONS);
    const answer = await fetch(`${this.url}/api/images/`, { method: 'POST', headers: this.headers, body });
    expect(answer.status).toBe(201);
    await answer.arrayBuffer();
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(this.url + path, { headers: this.headers })).json()) as T;
  }

  async jobs(): Promise<Job[]> {
    return (await this.get<{ results: Job[] }>('/api/images/?limit=100')).results;
  }

  /** Resolves with all jobs when that many have ended. */
  ended(count: number): Promise<Job[]> {
    const isFinal = ({ status }: Job) => status === 'completed' || status === 'failed';
    return until(
      () => this.jobs(),
      (jobs) => jobs.filter(isFinal).length >= count,
    );
  }
}

/** What jobs came to, as each of them tells. */
function sumOf(jobs: readonly Job[]): Figures {
  const sum = (figure: (job: Job) => number) => jobs.reduce((total, job) => total + figure(job), 0);
  return {
    images: jobs.length,
    outputs: sum(({ result }) => (result ? 1 : 0)),
    failed: sum(({ status }) => (status === 'failed' ? 1 : 0)),
    source_bytes: sum(({ source }) => source.bytes),
    result_bytes: sum(({ result }) => result?.bytes ?? 0),
    source_pixels: jobs.length * 2400 * 1600,
    processing_ms: sum(({ result }) => result?.processing_ms ?? 0),
  };
}

/** Kills whoever works again and again, and compares what is left with the ledger. */
async function comesOutRight(member: Member, kill: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < JOBS; n += 1) await member.upload(n % 4 === 3 ? broken : whole);
  for (let n = 1; n <= KILLS; n += 1) {
    await member.ended(n * KILLED_EVERY);
    await kill();
  }
  const jobs = await member.ended(JOBS);
  const total = sumOf(jobs);
  expect(total.failed).toBeGreaterThanOrEqual(JOBS / 4);
  expect(await member.get('/api/usage/')).toMatchObject({ total });
  const { results } = await member.get<{ results: Figures[] }>('/api/usage/?group_by=operation');
  expect(results).toEqual([
    { operation: 'convert', ...total },
    { operation: 'filter', ...total },
  ]);
}

// They run side by side: one waits until its workers are known to be dead.
describe.concurrent('the sum over usage is that of the jobs that ended, though in the middle of many', () => {
  test('workers on PostgreSQL are killed', async () => {
    const deployment = await Deployment.create({}, LIMITS);
    closers.push(() => deployment.stop());
    const api = await deployment.start('api');
    let workers = [await deployment.start('worker'), await deployment.start('worker')];
    const member = new Member(await signedIn(api), api.url);
    await comesOutRight(member, async () => {
      await Promise.all(workers.map((worker) => deployment.end(worker, 'SIGKILL')));
      workers = [await deployment.start('worker'), await deployment.start('worker')];
    });
    await deployment.nothingIsLeft();
  });

  test('the whole service on SQLite is killed', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-faults-'));
    closers.push(() => rm(dataDir, { recursive: true, force: true }));
    const start = () => RunningProcess.start('all', { PATH: process.env.PATH, DATA_DIR: dataDir, ...LIMITS });
    let service = await start();
    closers.push(() => service.end('SIGKILL'));
    const member = new Member(await signedIn(service), service.url);
    await comesOutRight(member, async () => {
      await service.end('SIGKILL');
      service = await start();
      member.at(service);
    });
    const kept = (await member.jobs()).filter(({ status }) => status === 'completed').map(({ id }) => id);
    await untilNone(async () => (await namesIn(dataDir, 'files')).filter((id) => !kept.includes(id)));
    await untilNone(() => namesIn(dataDir, 'spool'));
  });
});
