import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { cameraPhotograph } from './camera-photograph.ts';
import { markdownTable, median, percentile } from './figures.ts';
import { memoryOf } from './process-tree.ts';
import { BenchedService } from './service.ts';

/**
 * `npm run bench -- waiting`: clients wait at once while 20 jobs run: 500 for an answer (`Prefer: wait`), then 1,000 on event
 * streams, as many as there are places. How long after its job's end each knows, what memory the API's process takes for
 * them, and how fast polls are answered meanwhile.
 */

const JOBS = 20;
const POLL_EVERY_MS = 50;
/** Of one address, as many as there are places in all. */
const PLACES = { STREAMS_PER_ADDRESS: '1000' };

interface Image {
  readonly status: string;
  readonly detail_url: string;
  readonly completed_at: string;
}

/** Asks for an image; waits for it when told to. */
async function shown(url: string, agent: Agent, headers: Record<string, string> = {}): Promise<Image> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(url, { agent, headers }, resolve).once('error', reject);
  return (await json(await promise)) as Image;
}

/** Resolves with the job once it is completed, for a client that asks again whenever an answer came too early. */
async function awaited(url: string, agent: Agent): Promise<Image> {
  for (;;) {
    const image = await shown(url, agent, { Prefer: 'wait=30' });
    if (image.status === 'completed') return image;
  }
}

/** Resolves with the job that the last event of its stream brought. */
async function streamed(url: string, agent: Agent): Promise<Image> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(`${url}events/`, { agent }, resolve).once('error', reject);
  const events = (await text(await promise)).split('\n').filter((line) => line.startsWith('data:'));
  return JSON.parse(events.at(-1)?.slice('data:'.length) ?? '{}') as Image;
}

const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-waiting-'));
const service = await BenchedService.start(dataDir, PLACES);
const agent = new Agent({ keepAlive: true });
try {
  const picture = await (await cameraPhotograph(4000, 3000, 1)).jpeg({ quality: 90 }).toBuffer();
  const operations = JSON.stringify([{ operation_type: 'convert', parameters: { format: 'webp' } }]);
  const upload = async (): Promise<Image> => {
    const body = new FormData();
    body.set('original_image', new Blob([new Uint8Array(picture)]), 'bench.jpg');
    body.set('operations', operations);
    return (await (await fetch(`${service.url}/api/images/`, { method: 'POST', body })).json()) as Image;
  };
  const warm = await upload();
  await shown(warm.detail_url, agent, { Prefer: 'wait=30' });

  const measure = async (clients: number, ended: (url: string, agent: Agent) => Promise<Image>): Promise<string[]> => {
    const jobs = await Promise.all(Array.from({ length: JOBS }, upload));
    const before = memoryOf(service.pid);
    let answered = 0;
    const waits = Array.from({ length: clients }, async (_, i) => {
      const asked = Date.now();
      const image = await ended((jobs[i % JOBS] as Image).detail_url, agent);
      answered += 1;
      return Date.now() - Math.max(asked, new Date(image.completed_at).getTime());
    });
    const polls: number[] = [];
    let most = before;
    while (answered < clients) {
      const start = performance.now();
      await shown(warm.detail_url, agent);
      polls.push(performance.now() - start);
      most = Math.max(most, memoryOf(service.pid));
      await setTimeout(POLL_EVERY_MS);
    }
    const late = await Promise.all(waits);
    return [
      median(late).toFixed(0),
      Math.max(...late).toFixed(0),
      median(polls).toFixed(1),
      percentile(polls, 0.95).toFixed(1),
      (before / 1e6).toFixed(0),
      ((most - before) / 1e6).toFixed(0),
    ];
  };
  const waiting = await measure(500, awaited);
  const streams = await measure(1000, streamed);
  const names = [
    'known after the end of the job, ms: median',
    '  slowest',
    'polls meanwhile, ms: median',
    '  95 %',
    "memory of the API's process, MB: before",
    '  more while they wait',
  ];
  const rows = names.map((name, row) => [name, waiting[row] as string, streams[row] as string]);
  process.stdout.write(`${markdownTable([`${JOBS} jobs`, '500 waits', '1,000 event streams'], rows)}\n`);
} finally {
  agent.destroy();
  await service.stop();
  await rm(dataDir, { recursive: true });
}
