import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { finalAt } from '../support/final.ts';
import { namesIn } from '../support/folders.ts';
import { image, photograph } from '../support/pictures.ts';
import { familyOf, frozen, ticksOf } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { Deployment } from './support/deployment.ts';
import { RunningProcess } from './support/running-process.ts';
import { accepted } from './support/uploads.ts';

const DEADLINE_SECONDS = 12;
/** More than a job may take, and than the 20 s after which a silent worker is taken for dead. */
const ASLEEP_SECONDS = 25;
const ENVIRONMENT = {
  JOB_DEADLINE_SECONDS: String(DEADLINE_SECONDS),
  JOB_DEADLINE_SECONDS_PER_MEGAPIXEL: '0',
  WORKER_CONCURRENCY: '1',
};
/** About a second of work. */
const WORK = [
  { operation_type: 'resize', parameters: { width: 2400, height: 1800 } },
  { operation_type: 'convert', parameters: { format: 'webp' } },
  { operation_type: 'compress', parameters: { quality: 80, effort: 'small' } },
];

const picture = new Uint8Array(await image(photograph(800, 600)).jpeg().toBuffer());

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Stops the process with its children in the middle of the next job. */
async function sleepsWhile(worker: RunningProcess, submit: () => Promise<string>): Promise<string> {
  const ticks = () =>
    familyOf(worker.pid)
      .slice(1)
      .reduce((sum, child) => sum + ticksOf(child), 0);
  const before = ticks();
  const id = await submit();
  await until(ticks, (now) => now > before + 2);
  const wake = frozen(worker.pid);
  await sleep(ASLEEP_SECONDS * 1000);
  wake();
  return id;
}

test('a worker that was stopped for longer than a job may take, and a worker be silent, goes on with it, and completes it', async () => {
  const deployment = await Deployment.create({}, ENVIRONMENT);
  closers.push(() => deployment.stop());
  const api = await deployment.start('api');
  const worker = await deployment.start('worker');
  const id = await sleepsWhile(worker, () => accepted(api, picture, WORK));
  await deployment.allCompleted([id]);
  expect(await deployment.jobs()).toMatchObject([{ id, status: 'completed', attempt: 1 }]);
  await deployment.nothingIsLeft();
});

test('so does the one process of the embedded profile, as on a laptop that slept', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-faults-'));
  closers.push(() => rm(dataDir, { recursive: true }));
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir, ANONYMOUS_OPERATIONS: '3', ...ENVIRONMENT };
  const service = await RunningProcess.start('all', env);
  closers.push(() => service.end('SIGKILL'));
  const id = await sleepsWhile(service, () => accepted(service, picture, WORK));
  expect(await finalAt(`${service.url}/api/images/${id}/`)).toMatchObject({ status: 'completed', error: null });
  expect(await namesIn(dataDir, 'files', id)).toHaveLength(1);
  expect(await namesIn(dataDir, 'spool')).toEqual([]);
});
