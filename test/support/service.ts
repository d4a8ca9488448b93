import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createHttpApplication } from '../../src/http-application.ts';
import { loadSettings } from '../../src/load-settings.ts';
import { lockDataFolder } from '../../src/shared/database/data-folder-lock.ts';
import { TestClock } from './test-clock.ts';

/** The real service on a free port of this machine, with a data folder of its own and a clock that tests move. */
export interface Service {
  readonly url: string;
  readonly clock: TestClock;
  readonly dataDir: string;
  readonly app: NestExpressApplication;
  /** Stops, and keeps the data folder for another start on it. */
  halt(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the service; `env` are settings by their variables. */
export async function startService(env: NodeJS.ProcessEnv = {}, clock = new TestClock()): Promise<Service> {
  const dataDir = env.DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'imagepro-test-')));
  const settings = loadSettings({ LOG_LEVEL: 'silent', ...env, DATA_DIR: dataDir });
  const lock = lockDataFolder(dataDir);
  const app = await createHttpApplication(settings, clock);
  await app.listen(0, '127.0.0.1');
  const halt = async () => {
    await app.close();
    lock.release();
  };
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    clock,
    dataDir,
    app,
    halt,
    async stop() {
      await halt();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
