import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Bull from 'bull';
import { markdownTable, median } from './figures.ts';
import { inFlight } from './in-flight.ts';
import { cpuMilliseconds } from './process-tree.ts';
import type { DeploymentSettings, ProductionServers } from './production-servers.ts';
import { BenchedService, type UploadForm } from './service.ts';
import { StoredJobs } from './stored-jobs.ts';
import { WORKS } from './works.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const IMAGES = Number(process.env.IMAGES ?? 48);
const DRAINED = Number(process.env.DRAINED ?? 100);
/** Draining takes long, and little else of the machine. */
const DRAIN_ROUNDS = Math.min(ROUNDS, 2);
const IN_FLIGHT = 8;

/** A 12-MP photograph to WebP. */
export async function webpForm(source: string): Promise<UploadForm> {
  return BenchedService.form(await readFile(source), WORKS[1]?.operations ?? []);
}

/** Where images are made, with what CPU is counted for it. */
interface Place {
  readonly name: string;
  /** Takes the uploads. */
  readonly api: BenchedService;
  readonly processes: readonly BenchedService[];
  readonly rounds: Round[];
}

interface Round {
  readonly rate: number;
  /** Of the service's processes and of the servers, in milliseconds an image. */
  readonly cpu: number;
  readonly serversCpu: number;
}

/** Images a second, end to end: the embedded profile beside three forms of the production profile, in turns. */
export async function compareProfiles(servers: ProductionServers, form: UploadForm, folder: string): Promise<string> {
  const places = await startPlaces(servers, folder);
  try {
    for (const place of places) await round(place, servers, form, IN_FLIGHT * 2);
    for (let turn = 0; turn < ROUNDS; turn += 1) {
      for (const place of places) place.rounds.push(await round(place, servers, form, IMAGES));
    }
  } finally {
    for (const { processes } of places) for (const each of processes) await each.stop();
  }
  const medians = places.map(({ rounds }) => ({
    rate: median(rounds.map(({ rate }) => rate)),
    cpu: median(rounds.map(({ cpu }) => cpu)),
    serversCpu: median(rounds.map(({ serversCpu }) => serversCpu)),
  }));
  const [embedded = { rate: Number.NaN, cpu: Number.NaN, serversCpu: 0 }] = medians;
  const rows = medians.map(({ rate, cpu, serversCpu }, index) => [
    places[index]?.name ?? '',
    rate.toFixed(1),
    (rate / embedded.rate).toFixed(2),
    cpu.toFixed(0),
    (embedded.cpu / cpu).toFixed(2),
    serversCpu.toFixed(0),
  ]);
  const head = ['12 MP → 1200x900 WebP', 'images/s', 'of embedded (goal: ≥ 0.85)', 'CPU ms an image'];
  return markdownTable([...head, 'embedded, of this', 'and of the servers'], rows);
}

async function startPlaces(servers: ProductionServers, folder: string): Promise<Place[]> {
  const start = (name: string, env: NodeJS.ProcessEnv = {}) => BenchedService.start(join(folder, name), env);
  const together = await servers.settings();
  const embedded = await start('embedded');
  const files = await start('files', await servers.settingsWithoutS3());
  const whole = await start('whole', await servers.settings());
  const api = await start('api', { ...together, APP_ROLE: 'api' });
  const worker = await start('worker', { ...together, APP_ROLE: 'worker' });
  return [
    { name: 'embedded', api: embedded, processes: [embedded], rounds: [] },
    { name: 'PostgreSQL and Redis, files in DATA_DIR', api: files, processes: [files], rounds: [] },
    { name: 'PostgreSQL, Redis and S3', api: whole, processes: [whole], rounds: [] },
    { name: 'the same, API and worker apart', api, processes: [api, worker], rounds: [] },
  ];
}

/** Uploads in flight, each waited for and downloaded. */
async function round(place: Place, servers: ProductionServers, form: UploadForm, count: number): Promise<Round> {
  const { api, processes } = place;
  const cpuOf = () => processes.reduce((sum, { pid }) => sum + cpuMilliseconds(pid), 0);
  const [start, cpu, serversCpu] = [performance.now(), cpuOf(), servers.cpuMilliseconds()];
  await inFlight(count, IN_FLIGHT, async () => api.fetch((await api.process(form)).download_url));
  return {
    rate: (count / (performance.now() - start)) * 1000,
    cpu: (cpuOf() - cpu) / count,
    serversCpu: (servers.cpuMilliseconds() - serversCpu) / count,
  };
}

/** Jobs a second of one worker that does one job at a time, and of two; files in S3, and in a folder of all. */
export async function compareDraining(servers: ProductionServers, form: UploadForm, folder: string): Promise<string> {
  const rows: string[][] = [];
  for (const files of ['S3', 'DATA_DIR'] as const) {
    const rates: number[][] = [[], []];
    for (let turn = 0; turn < DRAIN_ROUNDS; turn += 1) {
      for (const [index, workers] of [1, 2].entries()) {
        const settings = await (files === 'S3' ? servers.settings() : servers.settingsWithoutS3());
        rates[index]?.push(await drain(settings, form, join(folder, `drain-${files}-${turn}-${workers}`), workers));
      }
    }
    const [one = Number.NaN, two = Number.NaN] = rates.map((each) => Math.max(...each));
    rows.push([files, one.toFixed(1), two.toFixed(1), (two / one).toFixed(2), '≥ 1.7']);
  }
  const head = [`${DRAINED} accepted jobs, files in`, 'one worker, jobs/s', 'two workers', 'ratio', 'goal'];
  return markdownTable(head, rows);
}

/** The jobs are accepted while the queue is paused, and the workers are ready before it goes on. */
async function drain(
  settings: DeploymentSettings,
  form: UploadForm,
  dataDir: string,
  workers: number,
): Promise<number> {
  const queue = new Bull('images', settings.REDIS_URL, { prefix: 'imagepro' });
  const jobs = await StoredJobs.at(settings.DATABASE_URL);
  const start = (env: NodeJS.ProcessEnv) =>
    BenchedService.start(dataDir, { ...settings, WORKER_CONCURRENCY: '1', ...env });
  await queue.pause();
  const api = await start({ APP_ROLE: 'api' });
  const started = [api];
  try {
    await inFlight(DRAINED, IN_FLIGHT, () => api.submit(form));
    for (let n = 0; n < workers; n += 1) started.push(await start({ APP_ROLE: 'worker' }));
    await queue.resume();
    while ((await jobs.unfinished()) > 0) await setTimeout(100);
    return DRAINED / (await jobs.drainSeconds());
  } finally {
    for (const service of started) await service.stop();
    await Promise.all([queue.close(), jobs.close()]);
  }
}
