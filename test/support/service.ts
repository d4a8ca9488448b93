import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { jwtSecret } from '../../src/accounts/infrastructure/jwt-secret.ts';
import { createHttpApplication } from '../../src/http-application.ts';
import { loadSettings } from '../../src/load-settings.ts';
import { lockDataFolder } from '../../src/shared/database/data-folder-lock.ts';
import { Spool } from '../../src/shared/spool.ts';
import { freePort } from './servers/program.ts';
import { storedFilesOf } from './stored-files.ts';
import { TestClock } from './test-clock.ts';

/** The real service on a free port of this machine, with a data folder of its own and a clock that tests move. */
export interface Service {
  readonly url: string;
  readonly clock: TestClock;
  readonly dataDir: string;
  /** Folder of its spool files. */
  readonly spool: string;
  /** What its tokens are signed with. */
  readonly jwtSecret: string;
  readonly app: NestExpressApplication;
  /** Names of the files that are stored: of one job, or `<job id>/<name>` of all. */
  storedFiles(jobId?: string): Promise<string[]>;
  /** Stops, and keeps the data folder for another start on it. */
  halt(): Promise<void>;
  stop(): Promise<void>;
}

/** Whether the suites run on the production profile; see vitest.config.ts. */
export const production = process.env.TEST_PROFILE === 'production';
/** The servers' settings of each data folder, so that a second start on it finds the same. */
const environments = new Map<string, NodeJS.ProcessEnv>();

/** Starts the service; `env` are settings by their variables. */
export async function startService(env: NodeJS.ProcessEnv = {}, clock = new TestClock()): Promise<Service> {
  const dataDir = env.DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'imagepro-test-')));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const profile = production ? await productionEnvironment(dataDir, url) : {};
  const settings = loadSettings({ LOG_LEVEL: 'silent', ...profile, ...env, DATA_DIR: dataDir });
  const lock = production ? undefined : lockDataFolder(dataDir);
  const app = await createHttpApplication(settings, clock);
  await app.listen(port, '127.0.0.1');
  const halt = async () => {
    await app.close();
    lock?.release();
  };
  return {
    url,
    clock,
    dataDir,
    spool: app.get(Spool).folder,
    jwtSecret: jwtSecret(settings),
    app,
    storedFiles: (jobId = '') => storedFilesOf(settings, jobId),
    halt,
    async stop() {
      await halt();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL, Redis and S3 of the suite's servers, empty at the first start on a data folder. */
async function productionEnvironment(dataDir: string, url: string): Promise<NodeJS.ProcessEnv> {
  const { freshBucket, freshDatabase, freshRedis } = await import('./servers/fresh.ts');
  const environment = environments.get(dataDir) ?? {
    DATABASE_URL: await freshDatabase(),
    REDIS_URL: await freshRedis(),
    JWT_SECRET: 'the same for all processes, 32 bytes',
    ...(await freshBucket()),
  };
  environments.set(dataDir, environment);
  return { ...environment, PUBLIC_URL: url };
}
