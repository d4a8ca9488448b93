import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { freshDatabase, freshRedis } from '../../test/support/servers/fresh.ts';
import type { BenchRun } from '../bench-run.ts';
import { markdownTable, middleAndWorst } from '../figures.ts';
import { cpuByPart, ofMain } from '../process-tree.ts';
import { BenchedService } from '../service.ts';

/** Seconds from the start of the process until `/health/ready` says so, in a folder or database that was used before. */
export async function measureStart(run: BenchRun): Promise<void> {
  const production = {
    DATABASE_URL: await freshDatabase(run.servers.postgresql.port),
    REDIS_URL: await freshRedis(run.servers.redis.port),
    JWT_SECRET: 'the same for all processes, 32 bytes',
  };
  const roles: Record<string, NodeJS.ProcessEnv> = {
    'embedded, all': {},
    'PostgreSQL and Redis, api': { ...production, APP_ROLE: 'api' },
    'PostgreSQL and Redis, worker': { ...production, APP_ROLE: 'worker' },
  };
  const rows: string[][] = [];
  for (const [name, env] of Object.entries(roles)) {
    const dataDir = await mkdtemp(join(run.folder, 'start-'));
    const seconds: number[] = [];
    const cpu: number[] = [];
    for (let turn = -1; turn < run.rounds; turn += 1) {
      const service = await BenchedService.start(dataDir, env);
      // The first start fills the compile cache and brings tables up to date.
      if (turn >= 0) seconds.push(service.readyMs / 1000);
      if (turn >= 0) cpu.push(ofMain(cpuByPart(service.pid)) / 1000);
      await service.stop();
    }
    rows.push([name, middleAndWorst(seconds, 2, 'most'), middleAndWorst(cpu, 2, 'most')]);
  }
  run.say(markdownTable(['start', 'seconds until ready (goal ≤ 2)', 'CPU s of the main process'], rows));
}
