import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { cameraPhotograph } from './camera-photograph.ts';
import { markdownTable, median, percentile } from './figures.ts';
import { BenchedService } from './service.ts';

/**
 * `npm run bench -- stalls`: how long a small request waits while 20 large uploads come in at once: what the event loop's
 * longest pause costs another client. The uploads are sent by a thread of their own.
 */

const UPLOADS = 20;
const ROUNDS = 3;
const ASK_EVERY_MS = 5;

/** What the sending thread is given. */
interface Sending {
  readonly url: string;
  readonly picture: Uint8Array<ArrayBuffer>;
}

async function sendAll({ url, picture }: Sending): Promise<void> {
  const send = async () => {
    const body = new FormData();
    body.set('original_image', new Blob([picture]), 'large.jpg');
    body.set('operations', '[{"operation_type":"resize","parameters":{"width":64,"height":64}}]');
    const answer = await fetch(`${url}/api/images/`, { method: 'POST', body });
    if (answer.status !== 201) throw new Error(`Expected 201, received ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  await Promise.all(Array.from({ length: UPLOADS }, send));
}

async function millisecondsOfLive(url: string, agent: Agent): Promise<number> {
  const start = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(`${url}/health/live`, { agent }, resolve).once('error', reject);
  await buffer(await promise);
  return performance.now() - start;
}

async function measure(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-stalls-'));
  const service = await BenchedService.start(dataDir);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const picture = new Uint8Array(await (await cameraPhotograph(5600, 4200, 1)).jpeg({ quality: 93 }).toBuffer());
    const rows: string[][] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const quiet: number[] = [];
      for (let n = 0; n < 100; n += 1) quiet.push(await millisecondsOfLive(service.url, agent));
      const sender = new Worker(new URL(import.meta.url), { workerData: { url: service.url, picture } });
      const started = performance.now();
      const ended = new Promise<number>((resolve, reject) => {
        sender.once('exit', (code) =>
          code === 0 ? resolve(performance.now() - started) : reject(new Error('It failed')),
        );
        sender.once('error', reject);
      });
      let sending = true;
      ended.finally(() => (sending = false)).catch(() => undefined);
      const busy: number[] = [];
      while (sending) {
        busy.push(await millisecondsOfLive(service.url, agent));
        await setTimeout(ASK_EVERY_MS);
      }
      const took = await ended;
      // The first warms up.
      if (round === 0) continue;
      const figures = [median(quiet), median(busy), percentile(busy, 0.99), Math.max(...busy)];
      rows.push([String(round), (took / 1000).toFixed(1), ...figures.map((figure) => figure.toFixed(1))]);
    }
    const megabytes = (picture.length / 1e6).toFixed(1);
    const header = ['round', 'all sent, s', '`/health/live`, ms: quiet', 'meanwhile: median', '99 %', 'slowest'];
    process.stdout.write(`${UPLOADS} uploads of ${megabytes} MB at once\n\n${markdownTable(header, rows)}\n`);
  } finally {
    agent.destroy();
    await service.stop();
    await rm(dataDir, { recursive: true });
  }
}

await (isMainThread ? measure() : sendAll(workerData as Sending));
