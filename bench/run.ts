import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { image, photograph } from '../test/support/pictures.ts';
import type { BareSharpFigures, BareSharpOrder } from './bare-sharp.child.ts';
import { cameraPhotograph } from './camera-photograph.ts';
import { markdownTable, median, percentile } from './figures.ts';
import { inFlight } from './in-flight.ts';
import { plot } from './plot.ts';
import { cpuMilliseconds, memoryBytes } from './process-tree.ts';
import { BenchedService } from './service.ts';
import { WORKS, type Work } from './works.ts';

/**
 * `npm run bench`: the compiled service over HTTP beside bare sharp, in turns, on the same pictures, settings and cores.
 * `ROUNDS` (3), `IMAGES` (144 a round and work) and `MEMORY_IMAGES` (300) set how long it takes.
 */
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const IMAGES = Number(process.env.IMAGES ?? 144);
const MEMORY_IMAGES = Number(process.env.MEMORY_IMAGES ?? 300);
const IN_FLIGHT = 8;
const CORES = os.availableParallelism();
const MEGABYTE = 1_000_000;
/** The kernel walks through all pages of a process to tell its memory, which takes from the cores that are measured. */
const WATCH_MS = 1_000;
/** Results are small, but the machine's temporary folder may be memory. */
const folder = await mkdtemp(join(process.env.BENCH_DIR ?? os.tmpdir(), 'bench-'));

interface Round {
  readonly rate: number;
  readonly cpuMs: number;
  readonly bytes: number;
  readonly readyMs: readonly number[];
  readonly memory: number;
}

const sources = {
  '12 MP': await photographFile('12mp.jpg', 4000, 3000),
  '2 MP': await photographFile('2mp.jpg', 1632, 1224),
  small: join(folder, 'small.jpg'),
};
await image(photograph(320, 240)).jpeg().toFile(sources.small);

const service = await BenchedService.start(join(folder, 'data'));
const yardstick = fork(join(import.meta.dirname, 'bare-sharp.child.ts'));
try {
  say(`${os.cpus()[0]?.model}, ${CORES} cores, Node ${process.version}, ${ROUNDS} rounds of ${IMAGES} images\n`);
  await compareWorks();
  await compareLatency();
  await measurePolling();
  await measureMemory();
} finally {
  yardstick.disconnect();
  await service.stop();
  await rm(folder, { recursive: true });
}

async function compareWorks(): Promise<void> {
  const rows: string[][] = [];
  const bars: { name: string; value: number }[] = [];
  for (const work of WORKS) {
    const served: Round[] = [];
    const bare: Round[] = [];
    // Compilers and caches are warm in a service that has run for a while.
    await servedRound(work, IMAGES);
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await bareRound(work));
      served.push(await servedRound(work, IMAGES));
    }
    const [ours, theirs] = [middle(served), middle(bare)];
    const ready = served.flatMap(({ readyMs }) => readyMs);
    const goal = [work.goal?.cpu && `CPU ≤ ${work.goal.cpu}`, work.goal?.rate && `rate ≥ ${work.goal.rate}`];
    rows.push([
      work.name,
      `${ours.rate.toFixed(1)} / ${theirs.rate.toFixed(1)}`,
      (ours.rate / theirs.rate).toFixed(2),
      `${ours.cpuMs.toFixed(0)} / ${theirs.cpuMs.toFixed(0)}`,
      (ours.cpuMs / theirs.cpuMs).toFixed(2),
      goal.filter(Boolean).join(', '),
      `${median(ready).toFixed(0)} / ${percentile(ready, 0.95).toFixed(0)}`,
      (Math.max(...served.map(({ memory }) => memory)) / MEGABYTE).toFixed(0),
      `${(ours.bytes / 1000).toFixed(0)} / ${(theirs.bytes / 1000).toFixed(0)}`,
    ]);
    bars.push({ name: work.name, value: ours.rate / theirs.rate });
    say(`${work.name}: done`);
  }
  const head = [
    'work (service / bare sharp)',
    'images/s',
    'ratio',
    'CPU ms an image',
    'ratio',
    'goal',
    'ready ms, p50 / p95',
    'peak MB',
    'kB out',
  ];
  say(`\n${markdownTable(head, rows)}\n`);
  await writeFile(join(import.meta.dirname, 'results.svg'), plot('Images a second, of bare sharp’s', bars));
}

/** A round of the service: uploads in flight, each waited for and downloaded. */
async function servedRound(work: Work, count: number): Promise<Round> {
  const form = BenchedService.form(await readFile(sources[work.source]), work.operations);
  const readyMs: number[] = [];
  let bytes = 0;
  let memory = 0;
  const watch = setInterval(() => {
    memory = Math.max(memory, memoryBytes(service.pid));
  }, WATCH_MS);
  const cpu = cpuMilliseconds(service.pid);
  const start = performance.now();
  await inFlight(count, IN_FLIGHT, async () => {
    const from = performance.now();
    const { download_url } = await service.process(form);
    readyMs.push(performance.now() - from);
    bytes = await service.fetch(download_url);
  });
  const seconds = (performance.now() - start) / 1000;
  clearInterval(watch);
  const cpuMs = (cpuMilliseconds(service.pid) - cpu) / count;
  return { rate: count / seconds, cpuMs, bytes, readyMs, memory };
}

async function bareRound(work: Work): Promise<Round> {
  const { seconds, cpuMs, bytes, milliseconds } = await bareSharp(work, sources[work.source], IMAGES, CORES);
  return { rate: IMAGES / seconds, cpuMs: cpuMs / IMAGES, bytes, readyMs: milliseconds, memory: 0 };
}

async function bareSharp(work: Work, source: string, count: number, concurrency: number): Promise<BareSharpFigures> {
  const target = join(folder, 'bare');
  yardstick.send({ work: work.name, source, target, count, concurrency } satisfies BareSharpOrder);
  const [figures] = (await once(yardstick, 'message')) as [BareSharpFigures];
  return figures;
}

/** How much later one small picture is ready than bare sharp would have it. */
async function compareLatency(): Promise<void> {
  const work = WORKS.find(({ name }) => name.startsWith('2 MP → 800x600')) as Work;
  const form = BenchedService.form(await readFile(sources.small), work.operations);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let turn = 0; turn < 40; turn += 1) {
    const from = performance.now();
    await service.process(form);
    ours.push(performance.now() - from);
    theirs.push(...(await bareSharp(work, sources.small, 1, 1)).milliseconds);
  }
  const later = median(ours) - median(theirs);
  say(
    `One small picture: ready after ${median(ours).toFixed(1)} ms, bare sharp ${median(theirs).toFixed(1)} ms; ${later.toFixed(1)} ms later (goal: at most 25).`,
  );
}

/** How long a poll takes while all cores work. */
async function measurePolling(): Promise<void> {
  const [work] = WORKS as [Work];
  const { detail_url } = await service.process(BenchedService.form(await readFile(sources.small), []));
  const times: number[] = [];
  let working = true;
  const round = servedRound(work, IMAGES).finally(() => {
    working = false;
  });
  while (working) {
    const from = performance.now();
    await service.fetch(detail_url);
    times.push(performance.now() - from);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await round;
  say(
    `GET of a job while both cores work: p50 ${median(times).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms of ${times.length} (goal: p99 under 50).`,
  );
}

/** Memory of all processes of the service through many large jobs, and whether it grows. */
async function measureMemory(): Promise<void> {
  const [work] = WORKS as [Work];
  const form = BenchedService.form(await readFile(sources[work.source]), work.operations);
  const samples: { jobs: number; megabytes: number }[] = [];
  let jobs = 0;
  const watch = setInterval(() => samples.push({ jobs, megabytes: memoryBytes(service.pid) / MEGABYTE }), 250);
  await inFlight(MEMORY_IMAGES, IN_FLIGHT, async () => {
    await service.fetch((await service.process(form)).download_url);
    jobs += 1;
  });
  clearInterval(watch);
  const peak = Math.max(...samples.map(({ megabytes }) => megabytes));
  say(
    `Memory (PSS of all processes) through ${MEMORY_IMAGES} jobs of 12 MP: peak ${peak.toFixed(0)} MB (goal: at most 450), growth ${(slopeOf(samples) * 1000).toFixed(1)} MB in 1,000 jobs.`,
  );
}

/** Megabytes a job, by least squares over the later half, when all is warm. */
function slopeOf(samples: readonly { jobs: number; megabytes: number }[]): number {
  const warm = samples.slice(Math.floor(samples.length / 2));
  const mean = (of: (sample: (typeof warm)[number]) => number) => warm.reduce((sum, s) => sum + of(s), 0) / warm.length;
  const [jobs, megabytes] = [mean((s) => s.jobs), mean((s) => s.megabytes)];
  return mean((s) => (s.jobs - jobs) * (s.megabytes - megabytes)) / mean((s) => (s.jobs - jobs) ** 2);
}

function middle(rounds: readonly Round[]): { rate: number; cpuMs: number; bytes: number } {
  return {
    rate: median(rounds.map(({ rate }) => rate)),
    cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)),
    bytes: median(rounds.map(({ bytes }) => bytes)),
  };
}

async function photographFile(name: string, width: number, height: number): Promise<string> {
  const path = join(folder, name);
  await (await cameraPhotograph(width, height, 7)).jpeg({ quality: 90 }).toFile(path);
  return path;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
