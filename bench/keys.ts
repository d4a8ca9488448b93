import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../test/support/api-client.ts';
import { image, photograph } from '../test/support/pictures.ts';
import { markdownTable, median } from './figures.ts';
import { cpuMilliseconds } from './process-tree.ts';
import { BenchedService } from './service.ts';

/** `npm run bench:keys`: CPU of the service for a `GET` of a job that is done, with an API key beside an access token. */

const ROUNDS = 15;
const REQUESTS = 400;
const AT_ONCE = 16;

const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-keys-'));
const service = await BenchedService.start(dataDir, { THROTTLE_AUTHENTICATED_PER_MINUTE: '1000000' });
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
try {
  const client = new ApiClient(service.url);
  const { access } = await client.newAccount('bench');
  const wish = { name: 'bench', scopes: ['images:read'] };
  const { key } = (await client.as({ access }).post<{ key: string }>('/accounts/keys/', wish)).body;
  const url = await readyImage(access);
  const proofs = { 'access token': access, 'API key': key };
  const spent = new Map<string, number[]>(Object.keys(proofs).map((name) => [name, []]));
  // Turn about, so that whatever else the machine does falls on both.
  for (let round = -2; round < ROUNDS; round += 1) {
    for (const [name, proof] of Object.entries(proofs)) {
      const before = cpuMilliseconds(service.pid);
      await Promise.all(Array.from({ length: AT_ONCE }, () => ask(url, proof, REQUESTS / AT_ONCE)));
      if (round >= 0) spent.get(name)?.push((cpuMilliseconds(service.pid) - before) / REQUESTS);
    }
  }
  const base = median(spent.get('access token') ?? []);
  const rows = [...spent].map(([name, each]) => [name, median(each).toFixed(3), (median(each) / base).toFixed(2)]);
  process.stdout.write(`${markdownTable(['GET with', 'CPU ms', 'ratio'], rows)}\n`);
} finally {
  agent.destroy();
  await service.stop();
  await rm(dataDir, { recursive: true });
}

async function readyImage(access: string): Promise<string> {
  const body = new FormData();
  body.set('original_image', new Blob([await image(photograph(64, 48)).jpeg().toBuffer()]), 'bench.jpg');
  body.set('operations', '[]');
  const headers = { Authorization: `Bearer ${access}`, Prefer: 'wait=30' };
  const answer = await fetch(`${service.url}/api/images/`, { method: 'POST', headers, body });
  return ((await answer.json()) as { detail_url: string }).detail_url;
}

async function ask(url: string, proof: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const request = get(url, { agent, headers: { Authorization: `Bearer ${proof}` } });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    await answer.resume().toArray();
    if (answer.statusCode !== 200) throw new Error(`Expected 200 of ${url}, received ${answer.statusCode}`);
  }
}
