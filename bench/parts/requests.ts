import { readFile } from 'node:fs/promises';
import autocannon from 'autocannon';
import { image, photograph } from '../../test/support/pictures.ts';
import type { BenchRun } from '../bench-run.ts';
import { Client, type Image, type UploadForm, uploadForm } from '../client.ts';
import { Deployment, ofRole, spent } from '../deployment.ts';
import { markdownTable, median, middleAndWorst } from '../figures.ts';
import { inFlight } from '../in-flight.ts';
import { ofMain } from '../process-tree.ts';

const CONNECTIONS = 16;
const SECONDS = 2;
/** Jobs that wait while requests are measured. */
const WAITING = Number(process.env.WAITING ?? 1000);
const LARGE_UPLOADS = 60;
/** Requests of a kind until Node's compilers are through. */
const WARM_UP = 200;
/** Each connection asks for one of so many jobs after the other. */
const POLLED = 100;
/** No deadline ends while the image processes stand still. */
const STANDSTILL = { JOB_DEADLINE_SECONDS: '3600' };

/** What is asked for, path by path in turn. */
interface Kind {
  readonly name: string;
  readonly urls: readonly string[];
  readonly client: Client;
}

interface Cost {
  readonly rate: number;
  /** Of the process that answers, in milliseconds a request. */
  readonly mainMs: number;
  readonly postgresqlMs: number;
}

/** Requests a second and CPU a request, for each kind of request, while many jobs wait; the client has the other core. */
export async function measureRequests(run: BenchRun): Promise<void> {
  for (const start of [Deployment.embedded, Deployment.production.bind(null, run.servers)]) {
    const deployment = await start(run.folder, { env: STANDSTILL });
    try {
      await measureProfile(run, deployment);
    } finally {
      await deployment.stop();
    }
  }
}

async function measureProfile(run: BenchRun, deployment: Deployment): Promise<void> {
  const [client, anonymous] = [await Client.signedIn(deployment.url), Client.anonymous(deployment.url)];
  const small = uploadForm(await image(photograph(320, 240)).jpeg().toBuffer(), []);
  const large = uploadForm(await readFile(run.photographs['12 MP'][0] as string), []);
  const own = await processed(client, small, POLLED);
  const anybodys = await processed(anonymous, small, POLLED);
  // A checkout from before there were keys refuses it.
  const keyed = await client.withKey().catch(() => null);
  const [heavy] = (await processed(client, large, 1)) as [Image];
  deployment.freezeImages();
  for (const [form, count] of [
    [small, WARM_UP],
    [large, LARGE_UPLOADS],
  ] as const) {
    await inFlight(count, CONNECTIONS, () => client.submit(form));
  }
  const waits = Math.ceil(WAITING * run.length);
  const rows = [
    await posts(`POST of ${kilobytes(small)} kB`, deployment, client, small, waits),
    await posts(`POST of ${kilobytes(large)} kB`, deployment, client, large, Math.ceil(LARGE_UPLOADS * run.length)),
  ];
  const waiting: Image[] = [];
  await inFlight(POLLED, CONNECTIONS, async () => waiting.push(await client.submit(small)));
  const kinds: Kind[] = [
    { name: '/health/live', urls: [`${deployment.url}/health/live`], client: anonymous },
    { name: 'GET of a job that is done, without a token', urls: anybodys.map(detail), client: anonymous },
    { name: 'GET of a job that is done, with a token', urls: own.map(detail), client },
    { name: 'GET of a job that waits, with a token', urls: waiting.map(detail), client },
    ...(keyed ? [{ name: 'GET of a job that is done, with an API key', urls: own.map(detail), client: keyed }] : []),
    { name: 'download of a small result', urls: own.map(({ download_url }) => download_url), client },
    { name: 'download of a large result', urls: [heavy.download_url], client },
  ];
  const costs: Cost[][] = kinds.map(() => []);
  for (let turn = -1; turn < run.rounds; turn += 1) {
    for (const [index, kind] of kinds.entries()) {
      const cost = await ask(deployment, kind, SECONDS * (turn < 0 ? 0.5 : run.length));
      // The first turn warms up.
      if (turn >= 0) costs[index]?.push(cost);
    }
  }
  rows.push(...kinds.map(({ name }, index) => rowOf(name, costs[index] as Cost[])));
  const head = [`${deployment.name}, ${waits} jobs wait`, 'requests/s', 'CPU ms of the main process', 'of PostgreSQL'];
  run.say(`${markdownTable(head, rows)}\n`);
  const beside = (one: number, other: number) => ratio(costs[one] as Cost[], costs[other] as Cost[]);
  run.say(`With a token beside without: ${beside(2, 1)} (goal ≥ 0.8)
With a token beside /health/live: ${beside(2, 0)} (goal ≥ 0.6; PostgreSQL ≥ 0.5)
A job that waits beside one that is done: ${beside(3, 2)} (goal ≥ 0.7)
${keyed ? `With an API key beside a token: ${beside(4, 2)} (goal ≥ 0.91: at most 1.1 of its CPU)\n` : ''}`);
}

/** Requests a second of one beside another, and the inverse of their CPU, which moves less with what else runs. */
function ratio(one: readonly Cost[], other: readonly Cost[]): string {
  const middle = (costs: readonly Cost[], of: (cost: Cost) => number) => median(costs.map(of));
  const rates = middle(one, ({ rate }) => rate) / middle(other, ({ rate }) => rate);
  const cpu = middle(other, ({ mainMs }) => mainMs) / middle(one, ({ mainMs }) => mainMs);
  return `${rates.toFixed(2)} by requests/s, ${cpu.toFixed(2)} by CPU`;
}

/** Jobs that are done. */
async function processed(client: Client, form: UploadForm, count: number): Promise<Image[]> {
  const images: Image[] = [];
  await inFlight(count, CONNECTIONS, async () => images.push((await client.process(form)).image));
  return images;
}

/** What an upload costs until it is answered; its job waits. */
async function posts(
  name: string,
  deployment: Deployment,
  client: Client,
  form: UploadForm,
  count: number,
): Promise<string[]> {
  return rowOf(name, [
    await costOf(deployment, async () => {
      await inFlight(count, CONNECTIONS, () => client.submit(form));
      return count;
    }),
  ]);
}

function ask(deployment: Deployment, { urls, client }: Kind, seconds: number): Promise<Cost> {
  const requests = urls.map((url) => ({ path: new URL(url).pathname }));
  return costOf(deployment, async () => {
    const options = {
      url: deployment.url,
      duration: seconds,
      connections: CONNECTIONS,
      requests,
      headers: client.headers,
    };
    const { '2xx': answered, non2xx, errors } = await autocannon(options);
    if (non2xx + errors > 0) throw new Error(`Expected 200 of ${urls[0]}, received ${non2xx + errors} other answers`);
    return answered;
  });
}

async function costOf(deployment: Deployment, act: () => Promise<number>): Promise<Cost> {
  const [before, start] = [deployment.cpu(), performance.now()];
  const count = await act();
  const seconds = (performance.now() - start) / 1000;
  const parts = spent(before, deployment.cpu(), count);
  return {
    rate: count / seconds,
    mainMs: ofMain(deployment.servers ? ofRole(parts, 'api') : parts),
    postgresqlMs: parts.PostgreSQL ?? 0,
  };
}

function rowOf(name: string, costs: readonly Cost[]): string[] {
  return [
    name,
    middleAndWorst(
      costs.map(({ rate }) => rate),
      0,
      'least',
    ),
    middleAndWorst(
      costs.map(({ mainMs }) => mainMs),
      2,
      'most',
    ),
    middleAndWorst(
      costs.map(({ postgresqlMs }) => postgresqlMs),
      2,
      'most',
    ),
  ];
}

function kilobytes({ body }: UploadForm): string {
  return (body.length / 1000).toFixed(0);
}

function detail({ detail_url }: Image): string {
  return detail_url;
}
