import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { jwtSecret } from '../../src/accounts/infrastructure/credentials/jwt-secret.ts';
import { createHttpApplication } from '../../src/http-application.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { lockDataFolder } from '../../src/shared/data-folder-lock.ts';
import { Spool } from '../../src/shared/spool.ts';
import { production, profileEnvironment } from './profile.ts';
import { storedFilesOf } from './stored-files.ts';
import { TestClock } from './test-clock.ts';

/** The real service on a free port of this machine, with a data folder of its own and a clock that tests move. */
export interface Service {
  readonly url: string;
  readonly clock: TestClock;
  readonly settings: Settings;
  /** The same, by their variables. */
  readonly env: NodeJS.ProcessEnv;
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

/** What a test need not say: no log, and no end to registrations and log-ins where they are not what is tested. */
const QUIET_AND_OPEN = { LOG_LEVEL: 'silent', THROTTLE_SIGN_IN_PER_MINUTE: '10000' };

/** Starts the service; `env` are settings by their variables. */
export async function startService(env: NodeJS.ProcessEnv = {}, clock = new TestClock()): Promise<Service> {
  const dataDir = env.DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'imagepro-test-')));
  const all = { ...QUIET_AND_OPEN, ...(await profileEnvironment(dataDir)), ...env };
  const settings = loadSettings(all);
  const lock = production ? undefined : lockDataFolder(dataDir);
  const app = await createHttpApplication(settings, clock);
  await app.listen(settings.http.port, '127.0.0.1');
  const halt = async () => {
    await app.close();
    lock?.release();
  };
  return {
    url: `http://127.0.0.1:${settings.http.port}`,
    clock,
    settings,
    env: all,
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
