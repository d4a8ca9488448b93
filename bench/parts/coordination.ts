import { image, photograph } from '../../test/support/pictures.ts';
import type { BenchRun } from '../bench-run.ts';
import { Client, uploadForm, type Waiting } from '../client.ts';
import { Deployment, ofRole, spent } from '../deployment.ts';
import { markdownTable, median, middleAndWorst } from '../figures.ts';
import { inFlight } from '../in-flight.ts';
import { type ByPart, ofMain, ofPart } from '../process-tree.ts';

const JOBS = 200;
const IN_FLIGHT = 16;
/** Jobs until Node's compilers are through. */
const WARM_UP = 300;
const WAYS: readonly Waiting[] = ['Prefer: wait', 50];

interface Round {
  readonly rate: number;
  readonly parts: ByPart;
  readonly polls: number;
}

/**
 * Jobs a second when the transformer does nothing: what one API, one worker, one PostgreSQL and one Redis carry when
 * pixels are free. What a process would carry with a core of its own is a second over its CPU a job.
 */
export async function measureCoordination(run: BenchRun): Promise<void> {
  const options = { preloads: ['no-pixels'] } as const;
  const rows: string[][] = [];
  for (const start of [Deployment.embedded, Deployment.production.bind(null, run.servers)]) {
    const deployment = await start(run.folder, options);
    try {
      for (const waiting of WAYS) rows.push(await measureWay(run, deployment, waiting));
    } finally {
      await deployment.stop();
    }
  }
  const head = ['no pixels', 'jobs/s (goal ≥ 150)', 'polls a job', 'CPU ms a job', 'jobs/s of a core each'];
  run.say(markdownTable(head, rows));
}

async function measureWay(run: BenchRun, deployment: Deployment, waiting: Waiting): Promise<string[]> {
  const client = await Client.signedIn(deployment.url);
  const form = uploadForm(await image(photograph(320, 240)).jpeg().toBuffer(), []);
  const rounds: Round[] = [];
  for (let turn = -1; turn < run.rounds; turn += 1) {
    const jobs = turn < 0 ? WARM_UP : Math.ceil(JOBS * run.length);
    const [cpu, start] = [deployment.cpu(), performance.now()];
    let polls = 0;
    await inFlight(jobs, IN_FLIGHT, async () => {
      polls += (await client.serve(form, waiting)).polls;
    });
    const rate = (jobs / (performance.now() - start)) * 1000;
    // The first turn warms up.
    if (turn >= 0) rounds.push({ rate, parts: spent(cpu, deployment.cpu(), jobs), polls: polls / jobs });
  }
  client.close();
  const costs = Object.entries(costByProcess(rounds, Object.keys(deployment.processes)));
  return [
    `${deployment.name}, ${waiting === 50 ? 'polls every 50 ms' : waiting}`,
    middleAndWorst(
      rounds.map(({ rate }) => rate),
      0,
      'least',
    ),
    median(rounds.map(({ polls }) => polls)).toFixed(1),
    costs.map(([name, ms]) => `${name} ${ms.toFixed(1)}`).join(', '),
    costs.map(([name, ms]) => `${name} ${(1000 / ms).toFixed(0)}`).join(', '),
  ];
}

/** Milliseconds of CPU a job, by process: the main ones, the one that reads headers, the servers. */
function costByProcess(rounds: readonly Round[], roles: readonly string[]): Record<string, number> {
  const middle = (of: (parts: ByPart) => number) => median(rounds.map(({ parts }) => of(parts)));
  const mains = roles.map((role) => [role, middle((parts) => ofMain(roles.length > 1 ? ofRole(parts, role) : parts))]);
  const others = ['headers', 'PostgreSQL', 'Redis'].map((name) => [name, middle((parts) => ofPart(parts, name))]);
  return Object.fromEntries([...mains, ...others].filter(([, ms]) => ms !== 0));
}
