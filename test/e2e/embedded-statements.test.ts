import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient, type TokenPair } from '../support/api-client.ts';
import { BatchesApi } from '../support/batches-api.ts';
import { CountedStatements } from '../support/counted-statements.ts';
import { pauseWork } from '../support/paused-work.ts';
import { type Service, startService } from '../support/service.ts';
import { processed, SMALL_JPEG, upload } from '../support/upload.ts';

/** Times that each is done. */
const TURNS = 8;

interface Image {
  readonly status: string;
  readonly detail_url: string;
  readonly download_url: string;
}

let service: Service;
let tokens: TokenPair;
let headers: Record<string, string>;
const statements = new CountedStatements();
beforeAll(async () => {
  service = await startService({ THROTTLE_AUTHENTICATED_PER_MINUTE: '10000' });
  tokens = await new ApiClient(service.url).newAccount('counter');
  headers = { Authorization: `Bearer ${tokens.access}` };
});
afterAll(() => service.stop());

const asked = async (answer: Promise<Response>) => (await (await answer).json()) as Image;

test('an account has its result for seven statements, and its download for three more', async () => {
  const done: Image[] = [];
  const work = async () => done.push((await processed(service, { headers })) as Image);
  expect(await statements.fewestOf(TURNS, work)).toBeLessThanOrEqual(7);
  expect(done.every(({ status }) => status === 'completed')).toBe(true);
  const download = async () => (await fetch(done.pop()?.download_url as string, { headers })).arrayBuffer();
  expect(await statements.fewestOf(TURNS, download)).toBe(3);
});

test('a file of a batch that is waited for costs its own work alone: the batch is read when all are done', async () => {
  const batches = new BatchesApi(service, tokens);
  const bytes = await SMALL_JPEG.bytes();
  const process = (count: number) => async () => {
    const { completed } = await batches.process(Array.from({ length: count }, () => ({ name: 'small.jpg', bytes })));
    expect(completed).toBe(count);
  };
  const few = await statements.fewestOf(TURNS, process(2));
  const many = await statements.fewestOf(TURNS, process(8));
  // Added, claimed, ended, counted, and looked at whether it is the last.
  expect((many - few) / 6).toBeLessThanOrEqual(5);
});

test('a poll asks for the session and the job, whether it waits or is done', async () => {
  const done = (await processed(service, { headers })) as Image;
  await pauseWork(service);
  const waiting = await asked(upload(service, { headers }));
  for (const [{ detail_url }, status] of [
    [done, 'completed'],
    [waiting, 'pending'],
  ] as const) {
    const poll = async () => expect((await asked(fetch(detail_url, { headers }))).status).toBe(status);
    expect(await statements.fewestOf(TURNS, poll)).toBe(2);
  }
});
