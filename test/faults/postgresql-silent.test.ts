import { afterEach, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { frozen } from '../support/processes.ts';
import { PostgreSqlServer } from '../support/servers/postgresql.ts';
import { until } from '../support/until.ts';
import { formOf } from '../support/upload.ts';
import { Deployment } from './support/deployment.ts';
import type { RunningProcess } from './support/running-process.ts';
import { TcpGate } from './support/tcp-gate.ts';
import { accepted } from './support/uploads.ts';
import { signedIn } from './support/visitors.ts';

/** A client that waits longer than a refusal takes, and less than it takes to wait for a silent server again and again. */
const PATIENCE_MS = 30_000;
/** More than a process has connections to the database. */
const MANY = 30;

const picture = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function behindGate() {
  const postgresql = await PostgreSqlServer.start();
  closers.push(() => postgresql.stop());
  const gate = await TcpGate.before(postgresql.port);
  closers.push(() => gate.close());
  const deployment = await Deployment.create(
    { postgresql: postgresql.port },
    { THROTTLE_AUTHENTICATED_PER_MINUTE: '100000' },
  );
  closers.push(() => deployment.stop());
  return { postgresql, gate, deployment, env: { DATABASE_URL: through(gate, deployment.databaseUrl) } };
}

function through({ port }: TcpGate, databaseUrl: string): string {
  return Object.assign(new URL(databaseUrl), { port }).href;
}

/** Uploads, polls and lists at once, of an account and of nobody: what each gets. */
function manyAnswers(api: RunningProcess, id: string, headers: { Authorization: string }): Promise<unknown[]> {
  const images = `${api.url}/api/images/`;
  const asked: [string, RequestInit][] = [
    [images, { method: 'POST', body: formOf(picture) }],
    [images, { method: 'POST', body: formOf(picture), headers }],
    [`${images}${id}/`, {}],
    [images, { headers }],
  ];
  const ask = async (n: number) => {
    const [url, request] = asked[n % asked.length] as [string, RequestInit];
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(PATIENCE_MS) });
    const { code } = (await response.json()) as { code?: string };
    return [response.status, code, response.headers.get('retry-after')];
  };
  return Promise.all(Array.from({ length: MANY }, (_, n) => ask(n)));
}

const REFUSALS = Array(MANY).fill([503, 'unavailable', '5']);

/** How often a process has said these words. */
function said(words: string, { log }: RunningProcess): number {
  return log.filter((line) => line.includes(words)).length;
}

/** The service answers as ever, and what it has accepted is done. */
async function isWhole(deployment: Deployment, api: RunningProcess, first: string): Promise<void> {
  await until(
    async () => (await fetch(`${api.url}/health/ready`)).status,
    (status) => status === 200,
  );
  const id = await accepted(api, picture);
  await until(
    async () => (await fetch(`${api.url}/api/images/${id}/`)).json() as Promise<{ status: string }>,
    ({ status }) => status === 'completed',
  );
  // Of an upload that was refused the row may be there, if PostgreSQL got to write it.
  const completed = (await deployment.allFinal()).filter(({ status }) => status === 'completed');
  expect(completed.map((job) => job.id)).toEqual(expect.arrayContaining([first, id]));
  await deployment.nothingIsLeft();
}

test('connections that are never heard of again are thrown away: requests are refused in time, and all is whole on new ones', async () => {
  const { gate, deployment, env } = await behindGate();
  const api = await deployment.start('api', env);
  const worker = await deployment.start('worker', env);
  const [first, headers] = [await accepted(api, picture), await signedIn(api)];
  await manyAnswers(api, first, headers);
  gate.shut();
  expect(await manyAnswers(api, first, headers)).toEqual(REFUSALS);
  expect(await manyAnswers(api, first, headers)).toEqual(REFUSALS);
  expect((await fetch(`${api.url}/health/ready`)).status).toBe(503);
  expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
  gate.open();
  await isWhole(deployment, api, first);
  for (const each of [api, worker]) {
    expect(said('Until it speaks again', each)).toBe(1);
    expect(said('The database speaks again', each)).toBe(1);
  }
});

test('connections that lay idle in a silence are not used after it: nobody waits for them, and no other silence is told of', async () => {
  const { gate, deployment, env } = await behindGate();
  const api = await deployment.start('api', env);
  const [first, headers] = [await accepted(api, picture), await signedIn(api)];
  await manyAnswers(api, first, headers);
  gate.shut();
  expect((await fetch(`${api.url}/api/images/`, { headers })).status).toBe(503);
  gate.open();
  await until(
    async () => (await fetch(`${api.url}/health/ready`)).status,
    (status) => status === 200,
  );
  const answers = (await manyAnswers(api, first, headers)) as [number][];
  expect(new Set(answers.map(([status]) => status))).toEqual(new Set([201, 200]));
  expect(said('Until it speaks again', api)).toBe(1);
});

test('a frozen PostgreSQL is refused in time, and all goes on when it thaws', async () => {
  const { postgresql, deployment } = await behindGate();
  const api = await deployment.start('api');
  await deployment.start('worker');
  const [first, headers] = [await accepted(api, picture), await signedIn(api)];
  await manyAnswers(api, first, headers);
  const thaw = frozen(postgresql.pid as number);
  expect(await manyAnswers(api, first, headers)).toEqual(REFUSALS);
  expect(await manyAnswers(api, first, headers)).toEqual(REFUSALS);
  thaw();
  await isWhole(deployment, api, first);
});

test('a statement that waits for a lock is given up in time, and leaves its connection to others', async () => {
  const { deployment } = await behindGate();
  const api = await deployment.start('api');
  await deployment.start('worker');
  const [first, headers] = [await accepted(api, picture), await signedIn(api)];
  await deployment.allCompleted([first]);
  const unlock = await deployment.lockTable('image_jobs');
  expect(await manyAnswers(api, first, headers)).toEqual(REFUSALS);
  expect((await fetch(`${api.url}/accounts/sessions/`, { headers })).status).toBe(200);
  await unlock();
  await isWhole(deployment, api, first);
  expect(said('Until it speaks again', api)).toBe(0);
});
