import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { cameraPhotograph } from './camera-photograph.ts';
import { markdownTable, median, percentile } from './figures.ts';
import { memoryOf } from './process-tree.ts';
import { BenchedService } from './service.ts';

/**
 * `npm run bench:waiting`: 500 clients wait at once while 20 jobs run. How long after its job's end each is answered, what
 * memory the API's process takes for them, and how fast polls are answered meanwhile.
 */

const JOBS = 20;
const CLIENTS = 500;
const POLL_EVERY_MS = 50;

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

const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-waiting-'));
const service = await BenchedService.start(dataDir);
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

  const jobs = await Promise.all(Array.from({ length: JOBS }, upload));
  const before = memoryOf(service.pid);
  let answered = 0;
  const waits = Array.from({ length: CLIENTS }, async (_, i) => {
    const { detail_url } = jobs[i % JOBS] as Image;
    const asked = Date.now();
    for (;;) {
      const image = await shown(detail_url, agent, { Prefer: 'wait=30' });
      if (image.status !== 'completed') continue;
      answered += 1;
      return Date.now() - Math.max(asked, new Date(image.completed_at).getTime());
    }
  });
  const polls: number[] = [];
  let most = before;
  while (answered < CLIENTS) {
    const start = performance.now();
    await shown(warm.detail_url, agent);
    polls.push(performance.now() - start);
    most = Math.max(most, memoryOf(service.pid));
    await setTimeout(POLL_EVERY_MS);
  }
  const late = await Promise.all(waits);
  const rows = [
    ['answered after the end of the job, ms: median', median(late).toFixed(0)],
    ['  slowest', Math.max(...late).toFixed(0)],
    ['polls meanwhile, ms: median', median(polls).toFixed(1)],
    ['  95 %', percentile(polls, 0.95).toFixed(1)],
    ["memory of the API's process, MB: before", (before / 1e6).toFixed(0)],
    ['  more while they wait', ((most - before) / 1e6).toFixed(0)],
  ];
  process.stdout.write(`${markdownTable([`${CLIENTS} clients, ${JOBS} jobs`, ''], rows)}\n`);
} finally {
  agent.destroy();
  await service.stop();
  await rm(dataDir, { recursive: true });
}
