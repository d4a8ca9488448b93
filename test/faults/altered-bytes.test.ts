import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { namesIn } from '../support/folders.ts';
import { image, photograph } from '../support/pictures.ts';
import { until } from '../support/until.ts';
import { Deployment } from './support/deployment.ts';
import { RunningProcess } from './support/running-process.ts';
import { S3Gate } from './support/s3-gate.ts';
import { accepted } from './support/uploads.ts';

/** Seconds of work on a small file. */
const LONG_WORK = [
  { operation_type: 'resize', parameters: { width: 2400, height: 1800 } },
  { operation_type: 'convert', parameters: { format: 'webp' } },
  { operation_type: 'compress', parameters: { quality: 80, effort: 'small' } },
];

const picture = new Uint8Array(await image(photograph(800, 600)).jpeg().toBuffer());

const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Job {
  readonly status: string;
  readonly error: { readonly code: string } | null;
  readonly download_expires_at: string;
}

async function shown({ url }: RunningProcess, id: string): Promise<Job> {
  return (await (await fetch(`${url}/api/images/${id}/`)).json()) as Job;
}

const ended = (api: RunningProcess, id: string) =>
  until(
    () => shown(api, id),
    ({ status }) => status === 'completed' || status === 'failed',
  );

const downloaded = async ({ url }: RunningProcess, id: string) =>
  (await fetch(`${url}/api/images/${id}/download/`)).arrayBuffer();

/** Resolves when the process has told of so many reads of altered bytes. */
const tellsOf = ({ log }: RunningProcess, key: string, times = 1) =>
  until(
    () => log.filter((line) => line.includes('BytesAltered') && line.includes(key)),
    ({ length }) => length === times,
  );

// They run side by side: some wait for three attempts.
describe.concurrent('when S3 alters bytes', () => {
  async function deployed() {
    const gate = await S3Gate.open();
    closers.push(() => gate.close());
    const deployment = await Deployment.create({ s3: gate.port });
    closers.push(() => deployment.stop());
    return { gate, deployment, api: await deployment.start('api'), worker: await deployment.start('worker') };
  }

  test('of an original once, the next attempt completes the job', async () => {
    const { gate, deployment, api } = await deployed();
    const restore = gate.alter(/\/original/);
    const id = await accepted(api, picture);
    await until(
      () => deployment.jobs(),
      ([job]) => (job?.version ?? 0) >= 3,
    );
    restore();
    await deployment.allCompleted([id]);
    expect(await deployment.jobs()).toEqual([{ id, status: 'completed', attempt: 2, version: 5 }]);
    await deployment.nothingIsLeft();
  });

  test('of an original each time, the picture is not said to be corrupt', async () => {
    const { gate, deployment, api, worker } = await deployed();
    const restore = gate.alter(/\/original/);
    const id = await accepted(api, picture);
    expect(await ended(api, id)).toMatchObject({ status: 'failed', error: { code: 'processing_failed' } });
    await tellsOf(worker, id, 3);
    restore();
    await deployment.nothingIsLeft();
  });

  test('of a result, its download is cut off and does not count', async () => {
    const { gate, deployment, api } = await deployed();
    const id = await accepted(api, picture);
    await deployment.allCompleted([id]);
    const { download_expires_at: window } = await shown(api, id);
    const restore = gate.alter(/\/result-1/);
    await expect(downloaded(api, id)).rejects.toThrow(TypeError);
    await tellsOf(api, `${id}/result-1`);
    expect((await shown(api, id)).download_expires_at).toBe(window);
    restore();
    expect((await downloaded(api, id)).byteLength).toBeGreaterThan(0);
    expect((await shown(api, id)).download_expires_at < window).toBe(true);
    await deployment.nothingIsLeft();
  });
});

test('when a disk alters bytes, an original is not said to be corrupt, and a result is cut off', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-faults-'));
  closers.push(() => rm(dataDir, { recursive: true }));
  const service = await RunningProcess.start('all', {
    PATH: process.env.PATH,
    DATA_DIR: dataDir,
    WORKER_CONCURRENCY: '1',
    SWEEP_SECONDS: '1',
    ANONYMOUS_OPERATIONS: '3',
    THROTTLE_ANONYMOUS_PER_MINUTE: '100000',
  });
  closers.push(() => service.end('SIGKILL'));
  const alter = async (id: string, name: string) => {
    const path = join(dataDir, 'files', id, name);
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    await writeFile(path, bytes);
  };
  const first = await accepted(service, picture, LONG_WORK);
  // It waits for the first one.
  const second = await accepted(service, picture);
  await alter(second, 'original');
  expect(await ended(service, first)).toMatchObject({ status: 'completed' });
  expect(await ended(service, second)).toMatchObject({ status: 'failed', error: { code: 'processing_failed' } });
  await alter(first, 'result-1');
  await expect(downloaded(service, first)).rejects.toThrow(TypeError);
  await tellsOf(service, `${first}/result-1`);
  expect(await namesIn(dataDir, 'files', second)).toEqual([]);
  expect(await namesIn(dataDir, 'spool')).toEqual([]);
});
