import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MikroORM } from '@mikro-orm/postgresql';
import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { loadSettings } from '../../../src/load-settings.ts';
import { freshBucket, freshDatabase, freshRedis } from '../../support/servers/fresh.ts';
import { freePort } from '../../support/servers/program.ts';
import { storedFilesOf } from '../../support/stored-files.ts';

const MAIN = join(import.meta.dirname, '../../../dist/main.js');
/** A limit that no test reaches. */
const PLENTY = '100000';

/** One process of the service, compiled, as an operator starts it. */
export interface RunningProcess {
  readonly url: string;
  readonly child: ChildProcess;
  readonly log: string[];
  /** Sends the signal, and resolves with how the process ended. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** The production profile on databases of its own: as many processes as a test starts, and what they leave. */
export class Deployment {
  private readonly processes = new Set<RunningProcess>();

  private constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly dataDir: string,
    private readonly orm: MikroORM,
    readonly redis: Redis,
    readonly redisUrl: string,
  ) {}

  /** On the suite's servers, or on those at other ports that a test may stop. */
  static async create(ports: { postgresql?: number; redis?: number; s3?: number } = {}): Promise<Deployment> {
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
    const env = {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      JWT_SECRET: 'the same for all processes, 32 bytes',
      PUBLIC_URL: 'http://images.example',
      DATA_DIR: dataDir,
      WORKER_CONCURRENCY: '1',
      SWEEP_SECONDS: '1',
      THROTTLE_ANONYMOUS_PER_MINUTE: PLENTY,
      ANONYMOUS_ACTIVE_JOBS: PLENTY,
      ANONYMOUS_KEPT_BYTES: '10000000000',
      ...bucket,
    };
    return new Deployment(env, dataDir, orm, quietRedis(redisUrl), redisUrl);
  }

  /** Starts a process and resolves when it is ready. */
  async start(role: 'api' | 'worker', env: NodeJS.ProcessEnv = {}): Promise<RunningProcess> {
    const [port, metricsPort] = [await freePort(), await freePort()];
    const child = spawn(process.execPath, [MAIN], {
      env: { ...this.env, APP_ROLE: role, PORT: String(port), METRICS_PORT: String(metricsPort), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    const log: string[] = [];
    // A process listens for metrics when all else has started.
    const ready = new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          log.push(line);
          if (line.includes(role === 'api' ? 'ImagePro API is ready' : 'The worker is ready')) resolve();
        });
      }
      exited.then(() => reject(new Error(`The ${role} ended:\n${log.join('\n')}`)), reject);
    });
    const running: RunningProcess = {
      url: `http://127.0.0.1:${role === 'api' ? port : metricsPort}`,
      child,
      log,
      end: async (signal) => {
        this.processes.delete(running);
        child.kill(signal);
        const [code, by] = await exited;
        return { code, signal: by };
      },
    };
    this.processes.add(running);
    await ready;
    return running;
  }

  /** Rows of the job table: ids by status. */
  async jobs(): Promise<{ id: string; status: string; attempt: number; version: number }[]> {
    return this.orm.em.getConnection().execute('select id, status, attempt, version from image_jobs');
  }

  /** Resolves when every job is completed, none lost. */
  async allCompleted(ids: readonly string[]): Promise<void> {
    await expect
      .poll(async () => (await this.jobs()).filter(({ status }) => status !== 'completed'), {
        timeout: 120_000,
        interval: 200,
      })
      .toEqual([]);
    expect((await this.jobs()).map(({ id }) => id).sort()).toEqual([...ids].sort());
  }

  /** Each job has its one result and nothing else, and the queue is empty. */
  async nothingIsLeft(): Promise<void> {
    const results = (await this.jobs()).map(({ id, attempt }) => `${id}/result-${attempt}`).sort();
    const settings = loadSettings(this.env);
    await expect.poll(async () => (await storedFilesOf(settings, '')).sort(), { timeout: 30_000 }).toEqual(results);
    await expect.poll(() => this.bullKeys(), { timeout: 120_000, interval: 500 }).toEqual([]);
  }

  async stop(): Promise<void> {
    for (const running of this.processes) await running.end('SIGKILL');
    this.redis.disconnect();
    await this.orm.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Keys of single messages; the queue's own few keys stay. */
  private async bullKeys(): Promise<string[]> {
    const keys = await this.redis.keys('imagepro:images:*-*');
    return keys.filter((key) => /[0-9a-f]{8}-[0-9a-f]{4}-/.test(key));
  }
}

/** A connection that outlives a server which is stopped on purpose. */
function quietRedis(url: string): Redis {
  const redis = new Redis(url);
  redis.on('error', () => undefined);
  return redis;
}

/** Uploads a picture and gives back its job's id; the answer has to be a 201. */
export async function accepted(api: RunningProcess, picture: Uint8Array<ArrayBuffer>): Promise<string> {
  const response = await upload(api, picture);
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

/** Uploads a picture. */
export function upload(api: RunningProcess, picture: Uint8Array<ArrayBuffer>): Promise<Response> {
  const form = new FormData();
  form.set('original_image', new Blob([picture]), 'picture.jpg');
  form.set('operations', JSON.stringify([{ operation_type: 'resize', parameters: { width: 400, height: 300 } }]));
  return fetch(`${api.url}/api/images/`, { method: 'POST', body: form });
}
