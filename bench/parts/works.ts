import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { image, photograph } from '../../test/support/pictures.ts';
import type { BareSharpFigures } from '../bare-sharp.child.ts';
import type { BenchRun } from '../bench-run.ts';
import { Client, type UploadForm, uploadForm, type Waiting } from '../client.ts';
import { Deployment, ofService, spent } from '../deployment.ts';
import { markdownTable, median, middleAndWorst, percentile } from '../figures.ts';
import { inFlight } from '../in-flight.ts';
import { type ByPart, ofMain, ofPart } from '../process-tree.ts';
import { SMALLEST_WORK, WORKS, type Work } from '../works.ts';
import { Yardstick } from '../yardstick.ts';

const IN_FLIGHT = 8;
const CORES = os.availableParallelism();
const SMALL_PICTURES = 40;
/**
 * Jobs that a service has done before it is measured. Node's compilers need some hundred to be through: the first ten
 * cost three times as much, and what is measured is a service that has run for a while.
 */
const WARM_UP = 200;

/** One way of using the service. */
interface Way {
  readonly name: string;
  readonly deployment: Deployment;
  readonly client: Client;
  readonly waiting: Waiting;
}

interface Round {
  readonly rate: number;
  /** Of all processes of the service, in milliseconds a job. */
  readonly cpuMs: number;
  readonly parts: ByPart;
  readonly polls: number;
}

/**
 * Images a second and CPU of the service, for clients of several habits and both profiles, beside bare sharp and the least
 * service that could be, in turns.
 */
export async function measureWorks(run: BenchRun): Promise<void> {
  const embedded = await Deployment.embedded(run.folder);
  const production = await Deployment.production(run.servers, run.folder);
  const least = await Deployment.least(run.folder);
  const yardstick = new Yardstick(join(run.folder, 'bare'));
  const client = await Client.signedIn(embedded.url);
  const ways: Way[] = [
    { name: 'polls every 50 ms', deployment: embedded, client, waiting: 50 },
    { name: 'polls every 300 ms', deployment: embedded, client, waiting: 300 },
    { name: 'Prefer: wait', deployment: embedded, client, waiting: 'Prefer: wait' },
    {
      name: `${production.name}, 50 ms`,
      deployment: production,
      client: await Client.signedIn(production.url),
      waiting: 50,
    },
    { name: `${least.name}, 50 ms`, deployment: least, client: await Client.signedIn(least.url), waiting: 50 },
  ];
  try {
    const forms = await formsOf(run, SMALLEST_WORK);
    for (const way of ways.filter(({ waiting }) => waiting === 50)) await serve(way, forms, WARM_UP);
    for (const work of WORKS) await compareWork(run, work, ways, yardstick);
    await compareLatency(run, client, yardstick);
  } finally {
    yardstick.stop();
    await Promise.all([embedded, production, least].map((deployment) => deployment.stop()));
  }
}

async function compareWork(run: BenchRun, work: Work, ways: readonly Way[], yardstick: Yardstick): Promise<void> {
  const count = Math.ceil(work.images * run.length);
  const sources = run.photographs[work.source];
  const forms = await formsOf(run, work);
  // Sizes and formats that are new to caches.
  for (const way of ways) await serve(way, forms, Math.ceil(count / 2));
  const bare: BareSharpFigures[] = [];
  const rounds: Round[][] = ways.map(() => []);
  for (let turn = 0; turn < run.rounds; turn += 1) {
    bare.push(await yardstick.measure(work, sources, count, CORES));
    for (const [index, way] of ways.entries()) rounds[index]?.push(await serve(way, forms, count));
  }
  const bareRate = bare.map(({ seconds }) => count / seconds);
  const bareCpu = bare.map(({ cpuMs }) => cpuMs / count);
  const rows = ways.map(({ name }, index) => row(name, rounds[index] as Round[], bareRate, bareCpu));
  const { cpu, rate, mainMs } = work.goal;
  const goal = ['goal of the first', '', `≥ ${rate}`, '', cpu ? `≤ ${cpu}` : '', `≤ ${mainMs}`];
  const head = [
    work.name,
    'images/s',
    'of bare sharp',
    'CPU ms a job',
    'of bare sharp',
    'main',
    'its thread',
    'collector, compilers',
    'images',
    'servers',
    'polls a job',
  ];
  const yard = ['bare sharp', middleAndWorst(bareRate, 1, 'least'), '', middleAndWorst(bareCpu, 0, 'most')];
  run.say(`${markdownTable(head, [yard, ...rows, goal])}\n`);
}

/** What is uploaded in turn. */
function formsOf({ photographs }: BenchRun, { source, operations }: Work): Promise<UploadForm[]> {
  return Promise.all(photographs[source].map(async (path) => uploadForm(await readFile(path), operations)));
}

function row(
  name: string,
  rounds: readonly Round[],
  bareRate: readonly number[],
  bareCpu: readonly number[],
): string[] {
  const figures = (of: (round: Round, turn: number) => number) => rounds.map(of);
  const part = (of: (parts: ByPart) => number) => median(figures(({ parts }) => of(parts))).toFixed(1);
  // Each round beside bare sharp's of the same turn.
  const beside = (bare: readonly number[], turn: number) => bare[turn] as number;
  return [
    name,
    middleAndWorst(
      figures(({ rate }) => rate),
      1,
      'least',
    ),
    middleAndWorst(
      figures(({ rate }, turn) => rate / beside(bareRate, turn)),
      2,
      'least',
    ),
    middleAndWorst(
      figures(({ cpuMs }) => cpuMs),
      0,
      'most',
    ),
    middleAndWorst(
      figures(({ cpuMs }, turn) => cpuMs / beside(bareCpu, turn)),
      2,
      'most',
    ),
    middleAndWorst(
      figures(({ parts }) => ofMain(parts)),
      1,
      'most',
    ),
    part((parts) => ofPart(parts, 'main thread')),
    part((parts) => ofPart(parts, 'collector and compilers')),
    part((parts) => ofPart(parts, 'images')),
    part((parts) => ofPart(parts, 'PostgreSQL') + ofPart(parts, 'Redis')),
    median(figures(({ polls }) => polls)).toFixed(1),
  ];
}

/** A round: uploads in flight, each waited for and downloaded. */
async function serve(
  { deployment, client, waiting }: Way,
  forms: readonly UploadForm[],
  count: number,
): Promise<Round> {
  const [cpu, start] = [deployment.cpu(), performance.now()];
  let polls = 0;
  await inFlight(count, IN_FLIGHT, async (index) => {
    const served = await client.serve(forms[index % forms.length] as UploadForm, waiting);
    polls += served.polls;
  });
  const seconds = (performance.now() - start) / 1000;
  const parts = spent(cpu, deployment.cpu(), count);
  return { rate: count / seconds, cpuMs: ofService(parts), parts, polls: polls / count };
}

/** How much later one small picture is ready than bare sharp would have it. */
async function compareLatency(run: BenchRun, client: Client, yardstick: Yardstick): Promise<void> {
  const path = join(run.folder, 'small.jpg');
  await image(photograph(320, 240)).jpeg().toFile(path);
  const form = uploadForm(await readFile(path), SMALLEST_WORK.operations);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let turn = 0; turn < SMALL_PICTURES; turn += 1) {
    const from = performance.now();
    await client.process(form);
    ours.push(performance.now() - from);
    theirs.push(...(await yardstick.measure(SMALLEST_WORK, [path], 1, 1)).milliseconds);
  }
  const [own, bare] = [median(ours), median(theirs)];
  run.say(
    `One small picture, Prefer: wait: ready after ${own.toFixed(1)} ms (95 %: ${percentile(ours, 0.95).toFixed(1)}), ${(own - bare).toFixed(1)} ms later than bare sharp.`,
  );
}
