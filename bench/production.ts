import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { cameraPhotograph } from './camera-photograph.ts';
import { compareQueues } from './production-queue.ts';
import { compareReads } from './production-reads.ts';
import { ProductionServers } from './production-servers.ts';
import { compareDraining, compareProfiles, webpForm } from './production-works.ts';

/**
 * `npm run bench:production`: the production profile on a PostgreSQL, a Redis and an S3 server of this machine.
 * `npm run bench:production -- works draining reads queue` measures some of it. `ROUNDS` (3) sets how long it takes.
 */
const PARTS = ['works', 'draining', 'reads', 'queue'] as const;

const chosen = process.argv.slice(2);
const parts = PARTS.filter((part) => chosen.length === 0 || chosen.includes(part));
const folder = await mkdtemp(join(process.env.BENCH_DIR ?? os.tmpdir(), 'bench-'));
const servers = await ProductionServers.start();
try {
  say(`${os.cpus()[0]?.model}, ${os.availableParallelism()} cores, Node ${process.version}`);
  const photograph = join(folder, '12mp.jpg');
  await (await cameraPhotograph(4000, 3000, 7)).jpeg({ quality: 90 }).toFile(photograph);
  const form = await webpForm(photograph);
  for (const part of parts) {
    if (part === 'works') say(await compareProfiles(servers, form, folder));
    else if (part === 'draining') say(await compareDraining(servers, form, folder));
    else if (part === 'reads') say(await compareReads(servers, folder));
    else say(await compareQueues(servers, folder));
  }
} finally {
  await servers.stop();
  await rm(folder, { recursive: true });
}

function say(text: string): void {
  process.stdout.write(`\n${text}\n`);
}
