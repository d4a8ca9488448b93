import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Bull from 'bull';
import { markdownTable, median } from './figures.ts';
import { inFlight } from './in-flight.ts';
import type { ProductionServers } from './production-servers.ts';
import { BenchedService, type UploadForm } from './service.ts';
import { StoredJobs } from './stored-jobs.ts';
import { WORKS } from './works.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const IMAGES = Number(process.env.IMAGES ?? 48);
const DRAINED = Number(process.env.DRAINED ?? 100);
const IN_FLIGHT = 8;

/** A 12-MP photograph to WebP. */
export async function webpForm(source: string): Promise<UploadForm> {
  return BenchedService.form(await readFile(source), WORKS[1]?.operations ?? []);
}

/** Images a second, end to end: the embedded profile, and PostgreSQL, Redis and S3 with one process or two. */
export async function compareProfiles(servers: ProductionServers, form: UploadForm, folder: string): Promise<string> {
  const names = ['embedded', 'production, one process', 'production, API and worker'] as const;
  const [one, two] = [await servers.settings(), await servers.settings()];
  const embedded = await BenchedService.start(join(folder, 'embedded'));
  const whole = await BenchedService.start(join(folder, 'whole'), one);
  const api = await BenchedService.start(join(folder, 'api'), { ...two, APP_ROLE: 'api' });
  const worker = await BenchedService.start(join(folder, 'worker'), { ...two, APP_ROLE: 'worker' });
  const services = [embedded, whole, api];
  const rates: number[][] = services.map(() => []);
  try {
    for (const service of services) await round(service, form, IN_FLIGHT);
    for (let turn = 0; turn < ROUNDS; turn += 1) {
      for (const [index, service] of services.entries()) rates[index]?.push(await round(service, form, IMAGES));
    }
  } finally {
    for (const service of [...services, worker]) await service.stop();
  }
  const medians = rates.map(median);
  const rows = names.map((name, index) => [
    name,
    medians[index]?.toFixed(1) ?? '',
    ((medians[index] ?? 0) / (medians[0] ?? 1)).toFixed(2),
    index === 0 ? '' : '≥ 0.85',
  ]);
  return markdownTable(['12 MP → 1200x900 WebP, end to end', 'images/s', 'of embedded', 'goal'], rows);
}

/** Images a second of uploads in flight, each waited for and downloaded. */
async function round(service: BenchedService, form: UploadForm, count: number): Promise<number> {
  const start = performance.now();
  await inFlight(count, IN_FLIGHT, async () => service.fetch((await service.process(form)).download_url));
  return (count / (performance.now() - start)) * 1000;
}

/** Jobs a second of one worker that does one job at a time, and of two. */
export async function compareDraining(servers: ProductionServers, form: UploadForm, folder: string): Promise<string> {
  const rates: number[][] = [[], []];
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    for (const [index, workers] of [1, 2].entries()) {
      rates[index]?.push(await drain(servers, form, join(folder, `drain-${turn}-${workers}`), workers));
    }
  }
  const [one = Number.NaN, two = Number.NaN] = rates.map(median);
  const rows = [
    ['1', one.toFixed(1), '', ''],
    ['2', two.toFixed(1), (two / one).toFixed(2), '≥ 1.7'],
  ];
  return markdownTable([`workers that drain ${DRAINED} accepted jobs`, 'jobs/s', 'of one', 'goal'], rows);
}

/** The jobs are accepted while the queue is paused, and the workers are ready before it goes on. */
async function drain(servers: ProductionServers, form: UploadForm, folder: string, workers: number): Promise<number> {
  const settings = await servers.settings();
  const queue = new Bull('images', settings.REDIS_URL, { prefix: 'imagepro' });
  const jobs = await StoredJobs.at(settings.DATABASE_URL);
  const start = (name: string, env: NodeJS.ProcessEnv) =>
    BenchedService.start(join(folder, name), { ...settings, WORKER_CONCURRENCY: '1', ...env });
  await queue.pause();
  const api = await start('api', { APP_ROLE: 'api' });
  const started = [api];
  try {
    await inFlight(DRAINED, IN_FLIGHT, () => api.submit(form));
    for (let n = 0; n < workers; n += 1) started.push(await start(`worker-${n}`, { APP_ROLE: 'worker' }));
    await queue.resume();
    while ((await jobs.unfinished()) > 0) await setTimeout(100);
    return DRAINED / (await jobs.drainSeconds());
  } finally {
    for (const service of started) await service.stop();
    await Promise.all([queue.close(), jobs.close()]);
  }
}
