import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { finalAt } from '../support/final.ts';
import { namesIn } from '../support/folders.ts';
import { image, photograph } from '../support/pictures.ts';
import { until, untilNone } from '../support/until.ts';
import { upload } from '../support/upload.ts';
import { RunningProcess } from './support/running-process.ts';
import { accepted } from './support/uploads.ts';

const DESCRIPTORS = 256;
const picture = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test('a process whose descriptors are used up refuses uploads for a while, and works when there are some again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-faults-'));
  closers.push(() => rm(dataDir, { recursive: true }));
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir, THROTTLE_ANONYMOUS_PER_MINUTE: '1000' };
  const limited = ['sh', '-c', `ulimit -n ${DESCRIPTORS} && exec "$@"`, 'sh'];
  const service = await RunningProcess.start('all', env, limited);
  closers.push(() => service.end('SIGKILL'));
  const opened = () => readdirSync(`/proc/${service.pid}/fd`).length;

  // The connection that the upload will come on: it is kept while the others take what is left.
  expect(await (await fetch(`${service.url}/health/live`)).json()).toEqual({ status: 'ok' });

  const sockets: Socket[] = [];
  const { hostname, port } = new URL(service.url);
  for (let n = 0; n < DESCRIPTORS; n += 1) {
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    sockets.push(socket);
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  }
  await until(opened, (count) => count === DESCRIPTORS);
  const refused = await upload(service, { file: picture });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await refused.json()).toMatchObject({ code: 'unavailable' });

  for (const socket of sockets) socket.destroy();
  await until(opened, (count) => count < DESCRIPTORS / 2);
  const id = await accepted(service, picture);
  expect(await finalAt(`${service.url}/api/images/${id}/`)).toMatchObject({ status: 'completed' });
  await untilNone(() => namesIn(dataDir, 'spool'));
  expect(await namesIn(dataDir, 'files')).toEqual([id]);
});
