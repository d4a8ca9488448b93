import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { loadSettings } from '../../../src/settings/load-settings.ts';
import { freshBucket, freshDatabase, freshRedis } from '../../support/servers/fresh.ts';
import { until, untilNone } from '../../support/until.ts';
import { bullKeys, type CompletedJob, type JobRow, spooledFiles, wrongFiles } from './leavings.ts';
import { lockRow, type RowLock } from './row-lock.ts';
import { type Ended, RunningProcess } from './running-process.ts';

/** A limit that no test reaches. */
const PLENTY = '100000';

/** For tests that hold rows or tables: whoever waits for them waits until the test lets go. */
export const PATIENT_STATEMENTS = { DATABASE_STATEMENT_SECONDS: '60' };

/** The production profile on databases of its own: as many processes as a test starts, and what they leave. */
export class Deployment {
  private readonly processes = new Set<RunningProcess>();
  private readonly locks: RowLock[] = [];

  private constructor(
    /** Settings of all processes. */
    readonly environment: NodeJS.ProcessEnv,
    readonly dataDir: string,
    private readonly orm: MikroORM,
    readonly databaseUrl: string,
    readonly redis: Redis,
    readonly redisUrl: string,
  ) {}

  /** On the suite's servers, or on those at other ports that a test may stop; `env` are settings of all processes. */
  static async create(
    ports: { postgresql?: number; redis?: number; s3?: number } = {},
    env: NodeJS.ProcessEnv = {},
  ): Promise<Deployment> {
    const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-faults-'));
    const [databaseUrl, redisUrl, bucket] = [
      await freshDatabase(ports.postgresql),
      await freshRedis(ports.redis),
      await freshBucket(ports.s3),
    ];
    const orm = await MikroORM.init({
      clientUrl: databaseUrl,
      entities: [],
      discovery: { warnWhenNoEntities: false },
    });
    const settings = {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      JWT_SECRET: 'the same for all processes, 32 bytes',
      PUBLIC_URL: 'http://images.example',
      DATA_DIR: dataDir,
      WORKER_CONCURRENCY: '1',
      SWEEP_SECONDS: '1',
      ORPHAN_SECONDS: '10',
      THROTTLE_ANONYMOUS_PER_MINUTE: PLENTY,
      THROTTLE_SIGN_IN_PER_MINUTE: PLENTY,
      ANONYMOUS_ACTIVE_JOBS: PLENTY,
      ANONYMOUS_KEPT_BYTES: '10000000000',
      ANONYMOUS_OPERATIONS: '10',
      ...bucket,
      ...env,
    };
    return new Deployment(settings, dataDir, orm, databaseUrl, quietRedis(redisUrl), redisUrl);
  }

  /** Starts a process and resolves when it is ready; `before` is a command that starts it, with its arguments. */
  async start(role: 'api' | 'worker', env: NodeJS.ProcessEnv = {}, before: string[] = []): Promise<RunningProcess> {
    const running = await RunningProcess.start(role, { ...this.environment, ...env }, before);
    this.processes.add(running);
    return running;
  }

  /** Sends a process a signal, and resolves with how it ended. */
  end(running: RunningProcess, signal: NodeJS.Signals): Promise<Ended> {
    this.processes.delete(running);
    return running.end(signal);
  }

  /** Asks the database itself. */
  query<Row extends object>(sql: string): Promise<Row[]> {
    return this.orm.em.getConnection().execute<Row[]>(sql);
  }

  /** Rows of the job table. */
  jobs(): Promise<JobRow[]> {
    return this.query('select id, status, attempt, version from image_jobs');
  }

  /** The row of one job. */
  async job(id: string): Promise<JobRow> {
    return (await this.jobs()).find((job) => job.id === id) as JobRow;
  }

  /** Holds the row of a job: whoever wants to change it waits. */
  async lock(id: string): Promise<RowLock> {
    const lock = await lockRow(this.orm, id);
    this.locks.push(lock);
    return lock;
  }

  /** Keeps everyone else out of a table, until what it gives back is called. */
  async lockTable(name: string): Promise<() => Promise<void>> {
    const holder = this.orm.em.fork();
    await holder.begin();
    await holder.execute(`lock table ${name} in access exclusive mode`);
    return () => holder.commit();
  }

  /** Resolves when so many jobs have this status. */
  async reached(status: string, count: number): Promise<void> {
    await until(
      () => this.jobs(),
      (jobs) => jobs.filter((job) => job.status === status).length >= count,
    );
  }

  /** Resolves when this job has this status. */
  async became(id: string, status: string): Promise<void> {
    await until(
      () => this.job(id),
      (job) => job.status === status,
    );
  }

  /** Resolves with the jobs when none of them waits or runs any more. */
  async allFinal(): Promise<JobRow[]> {
    await untilNone(async () => (await this.jobs()).filter(isUnfinished));
    return this.jobs();
  }

  /** Resolves when every job is completed, none lost. */
  async allCompleted(ids: readonly string[]): Promise<void> {
    await untilNone(async () => (await this.jobs()).filter(({ status }) => status !== 'completed'));
    expect((await this.jobs()).map(({ id }) => id).sort()).toEqual([...ids].sort());
  }

  /** Every job is final; each that is completed has its results, and there is no other file and no message. */
  async nothingIsLeft(): Promise<void> {
    const settings = loadSettings(this.environment);
    expect((await this.jobs()).filter(isUnfinished)).toEqual([]);
    await untilNone(async () => wrongFiles(await this.completedJobs(), settings));
    await untilNone(() => spooledFiles(settings.storage.spoolDir, this.processes.size));
    await untilNone(() => bullKeys(this.redis));
  }

  async stop(): Promise<void> {
    for (const running of this.processes) await running.end('SIGKILL');
    for (const lock of this.locks) await lock.release();
    this.redis.disconnect();
    await this.orm.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private completedJobs(): Promise<CompletedJob[]> {
    return this.query("select id, attempt, outputs from image_jobs where status = 'completed'");
  }
}

function isUnfinished({ status }: JobRow): boolean {
  return status === 'pending' || status === 'processing';
}

/** A connection that outlives a server which is stopped on purpose. */
function quietRedis(url: string): Redis {
  const redis = new Redis(url);
  redis.on('error', () => undefined);
  return redis;
}
