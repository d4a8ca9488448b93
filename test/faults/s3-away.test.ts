import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { freshBucket } from '../support/servers/fresh.ts';
import { S3Server } from '../support/servers/s3.ts';
import { until } from '../support/until.ts';
import { upload } from '../support/upload.ts';
import { Deployment } from './support/deployment.ts';
import { RunningProcess } from './support/running-process.ts';
import { S3Gate } from './support/s3-gate.ts';
import { accepted } from './support/uploads.ts';

const picture = new Uint8Array(await image(photograph(800, 600)).jpeg().toBuffer());

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function deploymentBehindGate(): Promise<{ gate: S3Gate; deployment: Deployment; api: RunningProcess }> {
  const gate = await S3Gate.open();
  closers.push(() => gate.close());
  const deployment = await Deployment.create({ s3: gate.port }, { S3_TIMEOUT_SECONDS: '1' });
  closers.push(() => deployment.stop());
  return { gate, deployment, api: await deployment.start('api') };
}

/** The job as its owner sees it once it is final. */
async function ended({ url }: RunningProcess, id: string): Promise<object> {
  const job = async () => (await (await fetch(`${url}/api/images/${id}/`)).json()) as { status: string };
  return until(job, ({ status }) => status === 'completed' || status === 'failed');
}

/** Resolves when the process has logged this. */
const says = ({ log }: RunningProcess, words: string) =>
  until(
    () => log.join('\n'),
    (lines) => lines.includes(words),
  );

const saysThatJobsWait = (worker: RunningProcess) => says(worker, 'jobs wait until it does');

// They run side by side: each waits for three attempts.
describe.concurrent('when S3', () => {
  test.each([
    ['from the start', 'start'],
    ['after half of the file', 'half'],
  ] as const)(
    'says nothing %s of an upload: refused for a while, accepted when it answers again',
    async (_when, place) => {
      const { gate, deployment, api } = await deploymentBehindGate();
      const hold = gate.hold('PUT', /\/original/, place);
      const refused = await upload(api, { file: picture });
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await refused.json()).toMatchObject({ code: 'unavailable' });
      expect(await deployment.jobs()).toEqual([]);
      hold.release();
      const id = await accepted(api, picture);
      await deployment.start('worker');
      await deployment.allCompleted([id]);
      await deployment.nothingIsLeft();
    },
  );

  test.each([
    ['to a worker that reads an original', 'GET', /\/original/, 'start'],
    ['half-way through an original', 'GET', /\/original/, 'half'],
    ['to a worker that writes a result', 'PUT', /\/result/, 'start'],
    ['half-way through a result', 'PUT', /\/result/, 'half'],
  ] as const)(
    'answers, but says nothing %s: the job is tried three times, and fails with a reason',
    async (_when, method, path, place) => {
      const { gate, deployment, api } = await deploymentBehindGate();
      const worker = await deployment.start('worker');
      const hold = gate.hold(method, path, place);
      const id = await accepted(api, picture);
      expect(await ended(api, id)).toMatchObject({ status: 'failed', error: { code: 'processing_failed' } });
      // On a busy machine S3 may be found to take no file at all for a moment: that counts for nothing.
      const tries = 'select attempt, attempt - excused as tries from image_jobs';
      const [job] = await deployment.query<{ attempt: number; tries: number }>(tries);
      expect(job?.tries).toBe(3);
      await says(worker, `Job ${id}, attempt ${job?.attempt}: unexpected, final`);
      hold.release();
      await deployment.nothingIsLeft();
    },
  );

  test('says nothing for one attempt of a job: the next one completes it', async () => {
    const { gate, deployment, api } = await deploymentBehindGate();
    const hold = gate.hold('GET', /\/original/, 'half');
    const id = await accepted(api, picture);
    await deployment.start('worker');
    await until(
      () => deployment.jobs(),
      ([job]) => (job?.version ?? 0) >= 3,
    );
    hold.release();
    await deployment.allCompleted([id]);
    expect(await deployment.jobs()).toEqual([{ id, status: 'completed', attempt: 2, version: 5 }]);
    await deployment.nothingIsLeft();
  });

  test('says nothing to a download: it is refused, or breaks off, and can be had when S3 answers again', async () => {
    const { gate, deployment, api } = await deploymentBehindGate();
    await deployment.start('worker');
    const id = await accepted(api, picture);
    await deployment.allCompleted([id]);
    const download = () => fetch(`${api.url}/api/images/${id}/download/`);
    const silent = gate.hold('GET', /\/result-1/, 'start');
    expect((await download()).status).toBe(503);
    silent.release();
    const half = gate.hold('GET', /\/result-1/, 'half');
    await expect(download().then((answer) => answer.arrayBuffer())).rejects.toThrow(TypeError);
    half.release();
    expect((await download()).status).toBe(200);
    await deployment.nothingIsLeft();
  });

  test('says nothing at all: an accepted job waits, and is done when S3 answers again', async () => {
    const { gate, deployment, api } = await deploymentBehindGate();
    const id = await accepted(api, picture);
    const hold = gate.hold(null, /./, 'start');
    const worker = await deployment.start('worker');
    await saysThatJobsWait(worker);
    hold.release();
    await deployment.allCompleted([id]);
    expect(await deployment.jobs()).toEqual([{ id, status: 'completed', attempt: 2, version: 5 }]);
    await deployment.nothingIsLeft();
  });

  test.each([
    ['a sweep that lists its files', 'GET', /list-type=2/, 'start'],
    ['a worker that writes a result', 'PUT', /\/result/, 'half'],
  ] as const)('says nothing to %s, its process still stops when it is told to', async (_whom, method, path, place) => {
    const { gate, deployment, api } = await deploymentBehindGate();
    const hold = gate.hold(method, path, place);
    // Longer than the test may take: what is asked of S3 does not end by itself.
    const worker = await deployment.start('worker', { SHUTDOWN_GRACE_SECONDS: '1', S3_TIMEOUT_SECONDS: '300' });
    const id = await accepted(api, picture);
    await hold.reached;
    expect(await deployment.end(worker, 'SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
    hold.release();
    await deployment.start('worker');
    await deployment.allCompleted([id]);
    await deployment.nothingIsLeft();
  });

  test('says nothing at all, the embedded profile starts, and stops when it is told to', async () => {
    const gate = await S3Gate.open();
    closers.push(() => gate.close());
    const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-faults-'));
    closers.push(() => rm(dataDir, { recursive: true }));
    const bucket = await freshBucket(gate.port);
    gate.hold(null, /./, 'start');
    const env = { PATH: process.env.PATH, DATA_DIR: dataDir, S3_TIMEOUT_SECONDS: '300', ...bucket };
    const service = await RunningProcess.start('all', env);
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    expect(await service.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  });

  test('takes no connections: uploads are refused for a while, and accepted jobs wait until it does', async () => {
    const s3 = await S3Server.start();
    closers.push(() => s3.stop());
    const deployment = await Deployment.create({ s3: s3.port });
    closers.push(() => deployment.stop());
    const api = await deployment.start('api');
    const ids: string[] = [];
    for (let n = 0; n < 10; n += 1) ids.push(await accepted(api, picture));
    await s3.halt();
    const refused = await upload(api, { file: picture });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    await saysThatJobsWait(await deployment.start('worker'));
    await s3.resume();
    await deployment.allCompleted(ids);
    // The one that was in hand, and nine that waited.
    expect((await deployment.jobs()).map(({ attempt }) => attempt).sort()).toEqual([...Array(9).fill(1), 2]);
    await deployment.nothingIsLeft();
  });
});
