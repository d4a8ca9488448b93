import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import type { BenchRun } from './bench-run.ts';
import { Servers } from './deployment.ts';
import { measureCoordination } from './parts/coordination.ts';
import { measureMemory } from './parts/memory.ts';
import { measureRequests } from './parts/requests.ts';
import { measureStart } from './parts/start.ts';
import { measureStatements } from './parts/statements.ts';
import { measureWorks } from './parts/works.ts';
import { photographs } from './photographs.ts';

/** `npm run bench -- [PART…] [--quick]`: what the compiled service costs, used as people use it. See README.md. */
const PARTS: Record<string, (run: BenchRun) => Promise<void>> = {
  works: measureWorks,
  requests: measureRequests,
  statements: measureStatements,
  coordination: measureCoordination,
  memory: measureMemory,
  start: measureStart,
};

const words = process.argv.slice(2);
const quick = words.includes('--quick');
const chosen = words.filter((word) => word !== '--quick');
const unknown = chosen.find((word) => !Object.hasOwn(PARTS, word));
if (unknown)
  throw new Error(
    `Expected a part of ${Object.keys(PARTS).join(', ')}, received ${unknown}; bench/README.md names more`,
  );

/** Results are small, but the machine's temporary folder may be memory. */
const folder = await mkdtemp(join(process.env.BENCH_DIR ?? os.tmpdir(), 'imagepro-bench-'));
const servers = await Servers.start();
try {
  const run: BenchRun = {
    folder,
    servers,
    photographs: await photographs(folder),
    rounds: quick ? 1 : 3,
    length: quick ? 0.25 : 1,
    say: (text) => process.stdout.write(`${text}\n`),
  };
  const pictures = process.env.BENCH_PHOTOGRAPHS ? 'real photographs' : 'pictures made by code';
  run.say(`${os.cpus()[0]?.model}, ${os.availableParallelism()} cores, Node ${process.version}, ${pictures}`);
  for (const part of chosen.length > 0 ? chosen : Object.keys(PARTS)) {
    const start = performance.now();
    run.say(`\n## ${part}\n`);
    await PARTS[part]?.(run);
    run.say(`\n(${((performance.now() - start) / 1000).toFixed(0)} s)`);
  }
} finally {
  await servers.stop();
  await rm(folder, { recursive: true });
}
