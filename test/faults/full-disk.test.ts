import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { namesIn } from '../support/folders.ts';
import { image, photograph } from '../support/pictures.ts';
import { until, untilNone } from '../support/until.ts';
import { upload } from '../support/upload.ts';
import { Deployment } from './support/deployment.ts';
import { spooledFiles } from './support/leavings.ts';
import { RunningProcess } from './support/running-process.ts';
import { SmallDisk } from './support/small-disk.ts';
import { accepted } from './support/uploads.ts';

const MIB = 1024 * 1024;
const DISK_BYTES = 16 * MIB;
const picture = new Uint8Array(await image(photograph(1600, 1200)).jpeg().toBuffer());
/** From a picture that takes little room to a result that takes much. */
const pngOf = (width: number, height: number) => [
  { operation_type: 'resize', parameters: { width, height } },
  { operation_type: 'convert', parameters: { format: 'png' } },
];
const LARGE_RESULT = pngOf(2400, 1800);
/** Larger than a disk of which a little more than a tenth is left. */
const TOO_LARGE_RESULT = pngOf(4800, 3600);

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function newDeployment(): Promise<Deployment> {
  const deployment = await Deployment.create();
  closers.push(() => deployment.stop());
  return deployment;
}

/** Starts a process whose data folder is a small disk. */
async function startOnDisk(deployment: Deployment, role: 'api' | 'worker', env: NodeJS.ProcessEnv = {}) {
  const { dataDir } = deployment;
  const running = await deployment.start(role, env, SmallDisk.command(DISK_BYTES, dataDir));
  return { running, disk: new SmallDisk(running, dataDir) };
}

/** Nothing of uploads or jobs lies on the disk of this process. */
function isTidy({ spoolDir }: SmallDisk): Promise<void> {
  return untilNone(() => spooledFiles(spoolDir, 1));
}

async function refusal(api: RunningProcess, file = picture): Promise<unknown[]> {
  const answer = await upload(api, { file });
  const { code, detail } = (await answer.json()) as { code: string; detail: string };
  return [answer.status, answer.headers.get('retry-after'), code, detail];
}

test('uploads that do not fit on the disk are refused for a while, leave nothing, and work when there is space', async () => {
  const deployment = await newDeployment();
  const { running: api, disk } = await startOnDisk(deployment, 'api', { MINIMUM_FREE_DISK_BYTES: '0' });
  await disk.fill(picture.length / 2);
  const full = [503, '60', 'disk_full', 'Expected room for the file on the disk of uploads, found the disk full'];
  expect(await Promise.all(Array.from({ length: 10 }, () => refusal(api)))).toEqual(Array(10).fill(full));
  await isTidy(disk);
  await disk.clear();
  const ids = [await accepted(api, picture), await accepted(api, picture)];
  await isTidy(disk);
  await deployment.start('worker');
  await deployment.allCompleted(ids);
  await deployment.nothingIsLeft();
});

test('below the floor of free disk uploads are refused before their bytes are taken, or as they come, and the floor is named', async () => {
  const deployment = await newDeployment();
  const { running: api, disk } = await startOnDisk(deployment, 'api', {
    MINIMUM_FREE_DISK_BYTES: String(4 * MIB),
    ANONYMOUS_FILE_BYTES: String(5 * MIB),
  });
  await disk.fill(3 * MIB);
  const detail =
    'Expected at least 4194304 bytes free on the disk of uploads (limit of the whole service), found fewer';
  expect(await refusal(api)).toEqual([503, '60', 'disk_full', detail]);
  await disk.clear();
  // There is room where it begins, and for all of it if the floor were none.
  await disk.fill(6 * MIB);
  const large = new Uint8Array(4 * MIB);
  large.set(picture);
  expect(await refusal(api, large)).toEqual([503, '60', 'disk_full', detail]);
  await isTidy(disk);
  await disk.clear();
  const id = await accepted(api, picture);
  await isTidy(disk);
  await deployment.start('worker');
  await deployment.allCompleted([id]);
  await deployment.nothingIsLeft();
});

test('a worker whose disk is full leaves jobs waiting, at the cost of no attempt; one that is too large for the disk fails', async () => {
  const deployment = await newDeployment();
  const api = await deployment.start('api');
  const { running: worker, disk } = await startOnDisk(deployment, 'worker');
  const says = (words: string) =>
    until(
      () => worker.log.join('\n'),
      (log) => log.includes(words),
    );
  const excused = (id: string) =>
    deployment.query(`select status, attempt, excused from image_jobs where id = '${id}'`);

  await disk.fill(picture.length / 2);
  const unread = await accepted(api, picture);
  await says(`Job ${unread}, attempt 1: not for its own sake, to be tried again`);
  expect(worker.log.join('\n')).toContain('ENOSPC');
  await says('jobs wait until it does');
  const unbegun = await accepted(api, picture);
  await isTidy(disk);
  await disk.clear();
  await deployment.allCompleted([unread, unbegun]);
  expect(await excused(unread)).toEqual([{ status: 'completed', attempt: 2, excused: 1 }]);
  expect(await excused(unbegun)).toEqual([{ status: 'completed', attempt: 1, excused: 0 }]);

  await disk.fill(2 * picture.length);
  const unwritten = await accepted(api, picture, LARGE_RESULT);
  await says(`Job ${unwritten}, attempt 1: not for its own sake, to be tried again`);
  await isTidy(disk);
  await disk.clear();
  await deployment.allCompleted([unread, unbegun, unwritten]);

  // More than a tenth of the disk, and less than the result takes.
  await disk.fill(2 * MIB);
  const failed = await accepted(api, picture, TOO_LARGE_RESULT);
  await says(`Job ${failed}, attempt 3: processing_failed, final`);
  await isTidy(disk);
  const { error } = (await (await fetch(`${api.url}/api/images/${failed}/`)).json()) as { error: { code: string } };
  expect(error.code).toBe('processing_failed');
  await deployment.nothingIsLeft();
});

test('the embedded database on a full disk refuses changes for a while, goes on reading, and works when there is space', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-faults-'));
  closers.push(() => rm(dataDir, { recursive: true }));
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir, THROTTLE_ANONYMOUS_PER_MINUTE: '1000' };
  const service = await RunningProcess.start('all', env, SmallDisk.command(DISK_BYTES, dataDir));
  closers.push(() => service.end('SIGKILL'));
  const disk = new SmallDisk(service, dataDir);
  const register = (username: string) => {
    const body = JSON.stringify({ username, email: `${username}@example.com`, password: 'a long and lonely sentence' });
    const headers = { 'Content-Type': 'application/json' };
    return fetch(`${service.url}/accounts/register/`, { method: 'POST', headers, body });
  };
  await disk.fill(0);
  for (const name of ['ada', 'bea', 'cleo']) {
    const refused = await register(name);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
  }
  await disk.clear();
  expect((await register('ada')).status).toBe(201);
  expect(await namesIn(disk.spoolDir)).toEqual([]);
});
