import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { finalAt } from '../support/final.ts';
import { namesIn } from '../support/folders.ts';
import { image, photograph } from '../support/pictures.ts';
import { familyOf } from '../support/processes.ts';
import { until, untilNone } from '../support/until.ts';
import { upload } from '../support/upload.ts';
import { Deployment } from './support/deployment.ts';
import { RunningProcess } from './support/running-process.ts';

const JOBS = 1500;
const AT_ONCE = 10;
/** Connections and files that come and go: of clients, pools and the moment. */
const DESCRIPTORS_OF_THE_MOMENT = 40;

const jpeg = await image(photograph(60, 45)).jpeg().toBuffer();
/** What people send: pictures of every format, one that breaks off, one that is none. */
const KINDS = [
  { bytes: jpeg, ends: 'completed' },
  { bytes: await image(photograph(60, 45)).png().toBuffer(), ends: 'completed' },
  { bytes: await image(photograph(60, 45)).webp().toBuffer(), ends: 'completed' },
  { bytes: jpeg.subarray(0, jpeg.length - 300), ends: 'failed' },
  { bytes: Buffer.from('GIF89a is no format of ours'), ends: 'refused' },
  { bytes: jpeg, ends: 'deleted' },
] as const;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Brings one picture all its way; gives how it ended. */
async function taken(api: RunningProcess, bytes: Uint8Array, isDeleted: boolean): Promise<string> {
  const answer = await upload(api, { file: bytes });
  if (answer.status === 415) {
    await answer.arrayBuffer();
    return 'refused';
  }
  const { id } = (await answer.json()) as { id: string };
  const url = `${api.url}/api/images/${id}/`;
  if (isDeleted) {
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(204);
    return 'deleted';
  }
  const job = await finalAt<{ status: string }>(url);
  if (job.status === 'completed') await (await fetch(`${url}download/`)).arrayBuffer();
  return job.status;
}

/** Brings so many, a few at a time, each of its kind; gives how often each end came. */
async function manyTaken(api: RunningProcess, count: number): Promise<Record<string, number>> {
  const ends: Record<string, number> = {};
  let next = 0;
  const one = async () => {
    for (let n = next++; n < count; n = next++) {
      const { bytes, ends: expected } = KINDS[n % KINDS.length] as (typeof KINDS)[number];
      const end = await taken(api, bytes, expected === 'deleted');
      ends[end] = (ends[end] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return ends;
}

/** How many of them there are to be. */
function expectedEnds(count: number): Record<string, number> {
  const ends: Record<string, number> = {};
  for (let n = 0; n < count; n += 1) {
    const { ends: end } = KINDS[n % KINDS.length] as (typeof KINDS)[number];
    ends[end] = (ends[end] ?? 0) + 1;
  }
  return ends;
}

/** Open files and connections of processes and their children. */
function descriptorsOf(processes: readonly RunningProcess[]): number {
  const pids = processes.flatMap(({ pid }) => familyOf(pid));
  return pids.reduce((sum, pid) => sum + readdirSync(`/proc/${pid}/fd`).length, 0);
}

/** The same, once no child of them is just replaced by another: it is as it was a moment ago. */
function descriptorsAtRest(processes: readonly RunningProcess[]): Promise<number> {
  let before = 0;
  return until(
    () => descriptorsOf(processes),
    (count) => {
      const isAtRest = count === before;
      before = count;
      return isAtRest;
    },
  );
}

const LIMITS = {
  ANONYMOUS_ACTIVE_JOBS: '1000',
  ANONYMOUS_KEPT_BYTES: '10000000000',
  THROTTLE_ANONYMOUS_PER_MINUTE: '100000',
  // Windows end, and records with them, as soon as they may.
  ANONYMOUS_DOWNLOAD_SECONDS: '60',
  ANONYMOUS_AFTER_DOWNLOAD_SECONDS: '1',
  JOB_RECORD_SECONDS: '10',
  SWEEP_SECONDS: '1',
  ORPHAN_SECONDS: '10',
};

describe(`of ${JOBS} jobs of every kind, once their windows and records are over,`, () => {
  test('the embedded profile keeps nothing', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-faults-'));
    closers.push(() => rm(dataDir, { recursive: true }));
    const service = await RunningProcess.start('all', { PATH: process.env.PATH, DATA_DIR: dataDir, ...LIMITS });
    closers.push(() => service.end('SIGKILL'));
    await manyTaken(service, 60);
    const descriptors = await descriptorsAtRest([service]);

    expect(await manyTaken(service, JOBS)).toEqual(expectedEnds(JOBS));
    await untilNone(() => namesIn(dataDir, 'files'));
    await untilNone(async () => {
      const parts = await namesIn(dataDir, 'spool');
      return (await Promise.all(parts.map((part) => namesIn(dataDir, 'spool', part, 'files')))).flat();
    });
    await until(
      () => descriptorsOf([service]),
      (count) => count <= descriptors + DESCRIPTORS_OF_THE_MOMENT,
    );
  });

  test('the production profile keeps nothing: no file, no row, no key in Redis', async () => {
    const deployment = await Deployment.create({}, LIMITS);
    closers.push(() => deployment.stop());
    const processes = [await deployment.start('api'), await deployment.start('worker')];
    const [api] = processes as [RunningProcess];
    await manyTaken(api, 60);
    const descriptors = await descriptorsAtRest(processes);

    expect(await manyTaken(api, JOBS)).toEqual(expectedEnds(JOBS));
    await untilNone(() => deployment.jobs());
    await deployment.nothingIsLeft();
    await until(
      () => descriptorsOf(processes),
      (count) => count <= descriptors + DESCRIPTORS_OF_THE_MOMENT,
    );
    // What is left counts requests, and goes with their minute.
    const keys = await deployment.redis.keys('*');
    const ends = await Promise.all(keys.map(async (key) => [key, await deployment.redis.ttl(key)] as const));
    expect(ends.filter(([key, seconds]) => seconds < 0 && !key.startsWith('imagepro:images:'))).toEqual([]);
  });
});
