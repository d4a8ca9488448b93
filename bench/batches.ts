import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Batch, batchForm, Client } from './client.ts';
import { Deployment, ofService, Servers, spent } from './deployment.ts';
import { markdownTable, middleAndWorst } from './figures.ts';
import { photographs } from './photographs.ts';
import { type ByPart, ofMain, ofPart } from './process-tree.ts';
import { SMALLEST_WORK } from './works.ts';
import { Yardstick } from './yardstick.ts';

/**
 * `npm run bench -- batches`: a batch of 50 photographs of 2 MP by an account with the default limits, from its upload to
 * the last byte of its archive, in both profiles and in turns with bare sharp and the least service that could be; and the
 * memory of the service while ten clients download archives of 50 results of about 1 MB, slowly and fast.
 */

const FILES = 50;
const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** Batches that a service has done before it is measured: Node's compilers need some hundred jobs to be through. */
const WARM_UP = 4;
const CORES = os.availableParallelism();
/** What the bench sets out of the way of others: here the policy stands as it is by default. */
const DEFAULT_LIMITS = {
  THROTTLE_AUTHENTICATED_PER_MINUTE: undefined,
  AUTHENTICATED_ACTIVE_JOBS: undefined,
  AUTHENTICATED_KEPT_BYTES: undefined,
};

const CLIENTS = 10;
/** Of a photograph that is a PNG of 1 MB. */
const LARGE_RESULTS = [
  { operation_type: 'resize', parameters: { width: 880, height: 660 } },
  { operation_type: 'convert', parameters: { format: 'png' } },
];
const MEGABYTE = 1_000_000;
/** Bytes a second of a slow client. */
const SLOWLY = 4 * MEGABYTE;
const SAMPLE_MS = 200;
const REST_SAMPLES = 10;

interface Round {
  readonly rate: number;
  readonly cpuMs: number;
  readonly parts: ByPart;
  readonly requests: number;
}

const folder = await mkdtemp(join(process.env.BENCH_DIR ?? os.tmpdir(), 'imagepro-bench-'));
const servers = await Servers.start();
try {
  const { '2 MP': sources } = await photographs(folder);
  const pictures = await Promise.all(sources.map((path) => readFile(path)));
  const files = Array.from({ length: FILES }, (_, index) => pictures[index % pictures.length] as Buffer);
  say(`${os.cpus()[0]?.model}, ${CORES} cores, load ${os.loadavg()[0]?.toFixed(1)}, Node ${process.version}`);
  await measureRate(files, sources);
  await measureMemory(files);
} finally {
  await servers.stop();
  await rm(folder, { recursive: true });
}

/** Images a second and CPU an image, beside bare sharp. */
async function measureRate(files: readonly Buffer[], sources: readonly string[]): Promise<void> {
  const deployments = [
    await Deployment.embedded(folder, { env: DEFAULT_LIMITS }),
    await Deployment.production(servers, folder, { env: DEFAULT_LIMITS }),
    await Deployment.least(folder),
  ];
  const yardstick = new Yardstick(join(folder, 'bare'));
  try {
    const form = batchForm(files, SMALLEST_WORK.operations);
    const clients = await Promise.all(deployments.map(({ url }) => Client.signedIn(url)));
    const rounds = deployments.map((): Round[] => []);
    const bare: { rate: number; cpuMs: number }[] = [];
    // In turns, so that what else the machine does falls on all of them.
    for (let turn = -WARM_UP; turn < ROUNDS; turn += 1) {
      const { seconds, cpuMs } = await yardstick.measure(SMALLEST_WORK, sources, FILES, CORES);
      if (turn >= 0) bare.push({ rate: FILES / seconds, cpuMs: cpuMs / FILES });
      for (const [index, deployment] of deployments.entries()) {
        const round = await serve(deployment, clients[index] as Client, form);
        if (turn >= 0) rounds[index]?.push(round);
      }
    }
    const rows = deployments.map(({ name }, index) => rowOf(name, rounds[index] as Round[], bare));
    const yard = [bare.map(({ rate }) => rate), bare.map(({ cpuMs }) => cpuMs)] as const;
    const head = ['50 of 2 MP → 800x600 JPEG', 'images/s', 'of bare sharp', 'CPU ms an image', 'of bare sharp'];
    const others = ['main', 'headers', 'images', 'servers', 'requests'];
    const first = ['bare sharp', middleAndWorst(yard[0], 1, 'least'), '', middleAndWorst(yard[1], 0, 'most')];
    say(`\n${markdownTable([...head, ...others], [first, ...rows])}`);
    for (const client of clients) client.close();
  } finally {
    yardstick.stop();
    for (const deployment of deployments) await deployment.stop();
  }
}

async function serve(deployment: Deployment, client: Client, form: ReturnType<typeof batchForm>): Promise<Round> {
  const [cpu, start] = [deployment.cpu(), performance.now()];
  const { batch, requests } = await client.processBatch(form);
  await downloaded(client, batch);
  const rate = FILES / ((performance.now() - start) / 1000);
  const parts = spent(cpu, deployment.cpu(), FILES);
  return { rate, cpuMs: ofService(parts), parts, requests: requests + 1 };
}

function rowOf(name: string, rounds: readonly Round[], bare: readonly { rate: number; cpuMs: number }[]): string[] {
  const figures = (of: (round: Round, turn: number) => number, digits: number, worst: 'least' | 'most' = 'most') =>
    middleAndWorst(rounds.map(of), digits, worst);
  // Each round beside bare sharp's of the same turn.
  const beside = (turn: number) => bare[turn] as { rate: number; cpuMs: number };
  return [
    name,
    figures(({ rate }) => rate, 1, 'least'),
    figures(({ rate }, turn) => rate / beside(turn).rate, 2, 'least'),
    figures(({ cpuMs }) => cpuMs, 0),
    figures(({ cpuMs }, turn) => cpuMs / beside(turn).cpuMs, 2),
    figures(({ parts }) => ofMain(parts), 1),
    figures(({ parts }) => ofPart(parts, 'headers'), 1),
    figures(({ parts }) => ofPart(parts, 'images'), 1),
    figures(({ parts }) => ofPart(parts, 'PostgreSQL') + ofPart(parts, 'Redis'), 1),
    figures(({ requests }) => requests, 0),
  ];
}

/** Memory of all processes of the embedded service while archives are downloaded, beside what it is at rest. */
async function measureMemory(files: readonly Buffer[]): Promise<void> {
  const deployment = await Deployment.embedded(folder);
  try {
    const client = await Client.signedIn(deployment.url);
    const { batch } = await client.processBatch(batchForm(files, LARGE_RESULTS));
    // The first one compiles what the others run.
    const bytes = await downloaded(client, batch);
    const rows: string[][] = [];
    for (const [name, pace] of [['slowly, 4 MB/s each', SLOWLY], ['as fast as they can']] as const) {
      const rest = await mostOf(deployment, setTimeout(REST_SAMPLES * SAMPLE_MS));
      const all = Array.from({ length: CLIENTS }, () => downloaded(client, batch, pace));
      const most = await mostOf(deployment, Promise.all(all));
      rows.push([name, ...[rest, most, most - rest].map((figure) => (figure / MEGABYTE).toFixed(0))]);
    }
    const head = [`${CLIENTS} archives of ${(bytes / MEGABYTE).toFixed(0)} MB`, 'MB (PSS) at rest', 'most', 'more'];
    say(`\n${markdownTable(head, rows)}`);
    client.close();
  } finally {
    await deployment.stop();
  }
}

/** The most memory that the service has until something is over, in bytes. */
async function mostOf(deployment: Deployment, work: Promise<unknown>): Promise<number> {
  let isOver = false;
  const end = work.finally(() => {
    isOver = true;
  });
  let most = 0;
  while (!isOver) {
    most = Math.max(
      most,
      Object.values(deployment.memory()).reduce((sum, bytes) => sum + bytes, 0),
    );
    await setTimeout(SAMPLE_MS);
  }
  await end;
  return most;
}

/** Reads an archive to its end, at so many bytes a second at most; resolves with how many they were. */
async function downloaded(client: Client, batch: Batch, pace = Number.POSITIVE_INFINITY): Promise<number> {
  const start = performance.now();
  let bytes = 0;
  for await (const chunk of await client.archive(batch)) {
    bytes += chunk.length;
    const early = (bytes / pace) * 1000 - (performance.now() - start);
    if (early > 0) await setTimeout(early);
  }
  return bytes;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
