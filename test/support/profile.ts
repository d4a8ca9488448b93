import { join } from 'node:path';
import { namesIn } from './folders.ts';
import { freePort } from './servers/program.ts';

/** Whether the suites run on the production profile; see vitest.config.ts. */
export const production = process.env.TEST_PROFILE === 'production';

/** The servers' settings of each data folder, so that a second start on it finds the same. */
const servers = new Map<string, NodeJS.ProcessEnv>();

/**
 * Settings of a start on this data folder in the profile under test, at a free port. In production they lead to
 * PostgreSQL, Redis and S3 of the suite's servers, empty at the first start on the folder.
 */
export async function profileEnvironment(dataDir: string): Promise<NodeJS.ProcessEnv> {
  const port = await freePort();
  const listening = { DATA_DIR: dataDir, PORT: String(port) };
  if (!production) return listening;
  return { ...(await serversOf(dataDir)), ...listening, PUBLIC_URL: `http://127.0.0.1:${port}` };
}

/** Where the only process on this data folder keeps its spool files. */
export async function spoolFolder(dataDir: string): Promise<string> {
  const spool = join(dataDir, 'spool');
  const [own = ''] = production ? await namesIn(spool) : [];
  return production ? join(spool, own, 'files') : spool;
}

async function serversOf(dataDir: string): Promise<NodeJS.ProcessEnv> {
  const { freshBucket, freshDatabase, freshRedis } = await import('./servers/fresh.ts');
  const environment = servers.get(dataDir) ?? {
    DATABASE_URL: await freshDatabase(),
    REDIS_URL: await freshRedis(),
    JWT_SECRET: 'the same for all processes, 32 bytes',
    ...(await freshBucket()),
  };
  servers.set(dataDir, environment);
  return environment;
}
