import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ImageDto } from '../support/answers.ts';
import { folderHolds, folderIsEmpty, namesIn } from '../support/folders.ts';
import { ImagesApi } from '../support/images-api.ts';
import { compress, resize } from '../support/operations.ts';
import { animation, image, photograph } from '../support/pictures.ts';
import { profileEnvironment, spoolFolder } from '../support/profile.ts';
import { multipart, RawConnection, uploadHead } from '../support/raw-http.ts';
import { ServerProcess } from '../support/server-process.ts';
import { storedFilesWith } from '../support/stored-files.ts';
import { until } from '../support/until.ts';

let dataDir: string;
const running = new Set<ServerProcess>();
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'imagepro-test-'));
});
afterEach(async () => {
  for (const server of running) await server.end('SIGKILL');
  running.clear();
  await rm(dataDir, { recursive: true, force: true });
});

/** A server on the test's data folder, one job at a time. */
async function server(env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const started = new ServerProcess({
    ...(await profileEnvironment(dataDir)),
    WORKER_CONCURRENCY: '1',
    ANONYMOUS_ACTIVE_JOBS: '100',
    THROTTLE_ANONYMOUS_PER_MINUTE: '10000',
    SWEEP_SECONDS: '1',
    ...env,
  });
  running.add(started);
  return started;
}

const small = await image(photograph(60, 45)).jpeg().toBuffer();
const webp = await image(photograph(200, 150)).webp().toBuffer();

async function readyServer(): Promise<ServerProcess> {
  return (await server()).ready();
}

async function storedFiles(jobId = ''): Promise<string[]> {
  return (await storedFilesWith(await profileEnvironment(dataDir), jobId)).sort();
}

/** Uploads work that takes seconds, and resolves when a worker has it. */
async function longWork(caller: ImagesApi): Promise<string> {
  const { id } = await caller.submit(webp, [resize(3000, 3000), compress(80, 'small')]);
  await until(
    () => caller.show(id),
    ({ status }) => status !== 'pending',
  );
  return id;
}

/** Seconds from the completion of a job to the end of its window. */
function window({ completed_at, download_expires_at }: ImageDto): number {
  return (Date.parse(download_expires_at ?? '') - Date.parse(completed_at ?? '')) / 1000;
}

test('after a kill with 30 jobs waiting, a start completes them all, each once, and leaves no spool file', async () => {
  const first = await readyServer();
  const before = new ImagesApi(first);
  const interrupted = await longWork(before);
  const waiting = await Promise.all(Array.from({ length: 30 }, () => before.submit(small)));
  const halfSent = await RawConnection.to(first.url);
  const form = multipart([{ name: 'original_image', filename: 'a.webp', body: webp }]);
  await halfSent.write(uploadHead(`Content-Length: ${form.length}`));
  await halfSent.write(form.subarray(0, -100));
  const spool = await spoolFolder(dataDir);
  // The source of the running job and the upload that is under way; the result is there as soon as it is encoded.
  await folderHolds(spool, (names) => names.length >= 2);
  expect((await before.show(interrupted)).status).toBe('processing');
  await first.end('SIGKILL');
  expect((await namesIn(spool)).length).toBeGreaterThanOrEqual(2);

  const after = new ImagesApi(await readyServer());
  const jobs = await Promise.all(waiting.map(({ id }) => after.whenFinal(id)));
  expect(new Set(jobs.map(({ status }) => status))).toEqual(new Set(['completed']));
  expect(await after.whenFinal(interrupted)).toMatchObject({ status: 'completed', error: null });
  await folderIsEmpty(await spoolFolder(dataDir));
  const results = [`${interrupted}/result-2`, ...waiting.map(({ id }) => `${id}/result-1`)];
  // The last original goes a moment after the end of its job.
  await expect.poll(() => storedFiles()).toEqual(results.sort());
});

test('SIGTERM lets the running job end, and keeps the waiting ones for the next start', async () => {
  const first = await readyServer();
  const before = new ImagesApi(first);
  const runs = await longWork(before);
  const waits = await Promise.all([before.submit(small), before.submit(small)]);
  const { code, signal } = await first.end('SIGTERM');
  expect([null, 0]).toContain(code);
  expect([null, 'SIGTERM']).toContain(signal);
  expect(await storedFiles(runs)).toEqual(['result-1']);
  expect(await namesIn(dataDir, 'spool')).toEqual([]);
  for (const { id } of waits) expect(await storedFiles(id)).toEqual(['original']);

  const after = new ImagesApi(await readyServer());
  expect((await after.show(runs)).status).toBe('completed');
  for (const { id } of waits) expect((await after.whenFinal(id)).status).toBe('completed');
});

test('jobs that were accepted under one policy end under it, though the next start has another', async () => {
  const first = await (
    await server({ ANONYMOUS_DOWNLOAD_SECONDS: '900', ANONYMOUS_AFTER_DOWNLOAD_SECONDS: '700' })
  ).ready();
  const before = new ImagesApi(first);
  await longWork(before);
  const still = await before.submit(small, [resize(60, 40)]);
  const moving = await before.submit(await animation([photograph(20, 20, 1), photograph(20, 20, 2)]).toBuffer(), []);
  await first.end('SIGKILL');

  const tighter = { DOWNLOAD_SECONDS: '60', AFTER_DOWNLOAD_SECONDS: '30', OUTPUT_PIXELS: '500', OUTPUT_SIDE: '30' };
  const anonymous = Object.fromEntries(Object.entries(tighter).map(([name, value]) => [`ANONYMOUS_${name}`, value]));
  const after = new ImagesApi(await (await server(anonymous)).ready());
  const job = await after.whenFinal(still.id);
  expect(job).toMatchObject({ status: 'completed', result: { width: 60, height: 40 } });
  expect(window(job)).toBe(900);
  // Two frames of 400 pixels are more than the new policy lets through.
  const animated = await after.whenFinal(moving.id);
  expect(animated).toMatchObject({ status: 'completed', warnings: [] });
  await (await after.download(still.id)).arrayBuffer();
  expect(window(await after.show(still.id))).toBeGreaterThanOrEqual(700);
});

test('a bad setting stops the start with its name, what was expected and what was given', async () => {
  const bad = {
    PORT: 'banana',
    ANONYMOUS: 'maybe',
    WORKER_CONCURRENCY: '0',
    JWT_SECRET: 'too short',
    PUBLIC_URL: 'nowhere',
  };
  const { code, stderr } = await (await server(bad)).refused();
  expect(code).toBe(1);
  const lines = stderr.split('\n');
  for (const [variable, expected] of [
    ['PORT', 'expected an integer from 0 to 65535, received "banana"'],
    ['ANONYMOUS', 'expected one of on, off, received "maybe"'],
    ['WORKER_CONCURRENCY', 'received 0'],
    ['JWT_SECRET', 'expected at least 32 bytes, received a text of 9 characters'],
    ['PUBLIC_URL', 'received "nowhere"'],
  ] as const) {
    const line = lines.find((text) => text.trim().startsWith(`${variable}: `));
    expect([variable, line]).toEqual([variable, expect.stringContaining(expected)]);
  }
  expect(stderr).not.toContain('too short');
  expect(await namesIn(dataDir)).toEqual([]);
});

test('settings that contradict each other stop the start, with the names of both', async () => {
  const { code, stderr } = await (await server({ ANONYMOUS_QUALITY_MIN: '90' })).refused();
  expect(code).toBe(1);
  expect(stderr).toContain('ANONYMOUS_QUALITY_MIN: expected at most ANONYMOUS_QUALITY_MAX, which is 80, received 90');
});

test('a port that is taken is told in one line', async () => {
  const first = await readyServer();
  const second = await server({ DATA_DIR: join(dataDir, 'other'), PORT: new URL(first.url).port });
  const { code, stderr } = await second.refused();
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^ImagePro API cannot start\.\n.*EADDRINUSE.*\n$/)]);
});
