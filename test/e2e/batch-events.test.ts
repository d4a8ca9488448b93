import { EventSource } from 'eventsource';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BatchDto } from '../support/answers.ts';
import { ApiClient, type TokenPair } from '../support/api-client.ts';
import { BatchesApi } from '../support/batches-api.ts';
import { openStreams } from '../support/inside-service.ts';
import { pauseWork, resumeWork } from '../support/paused-work.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';

let service: Service;
let tokens: TokenPair;
let batches: BatchesApi;
beforeAll(async () => {
  service = await startService({ THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' });
  tokens = await new ApiClient(service.url).newAccount('watcher');
  batches = new BatchesApi(service, tokens);
});
afterAll(() => service.stop());

const jpeg = await image(photograph(60, 45)).jpeg().toBuffer();
const files = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `${n}.jpg`, bytes: jpeg }));

/** The events of a stream, as a browser gets them until it is told to end; `began` is told of the first. */
async function eventsOf(
  batch: BatchDto,
  began = () => {},
): Promise<{ states: BatchDto[]; ids: string[]; moments: number[] }> {
  const [states, ids, moments]: [BatchDto[], string[], number[]] = [[], [], []];
  const begun = performance.now();
  const source = new EventSource(`${batch.detail_url}events/`, {
    fetch: (url, init) =>
      fetch(url, { ...init, headers: { ...init?.headers, Authorization: `Bearer ${tokens.access}` } }),
  });
  const ended = Promise.withResolvers<void>();
  source.addEventListener('batch', ({ data, lastEventId }) => {
    states.push(JSON.parse(data) as BatchDto);
    ids.push(lastEventId);
    moments.push(performance.now() - begun);
    began();
    if (states.at(-1)?.status === 'completed') ended.resolve();
  });
  await ended.promise;
  source.close();
  return { states, ids, moments };
}

async function untilOpen(count: number): Promise<void> {
  while (openStreams(service) !== count) await new Promise(setImmediate);
}

test('the present state comes first, then at most one a second, and the last is the end', async () => {
  await pauseWork(service);
  const batch = await batches.submit(files(12));
  const begun = Promise.withResolvers<void>();
  const following = eventsOf(batch, begun.resolve);
  await begun.promise;
  await resumeWork(service);
  const { states, moments } = await following;
  expect(states[0]).toMatchObject({ id: batch.id, status: 'processing', pending: 12 });
  expect(states.at(-1)).toMatchObject({ status: 'completed', completed: 12 });
  expect(states.filter(({ status }) => status === 'completed')).toHaveLength(1);
  // However late each may be read, none is before its second; timers may round a millisecond away.
  expect(moments.filter((moment, n) => moment < n * (1000 - 2))).toEqual([]);
});

test('whoever has seen the end is told that there is no more', async () => {
  const batch = await batches.process(files(1));
  const { ids } = await eventsOf(batch);
  const again = await batches.get(`${batch.id}/events/`, { 'Last-Event-ID': ids.at(-1) as string });
  expect(again.status).toBe(204);
  const other = await batches.get(`${batch.id}/events/`, { 'Last-Event-ID': '1-0-0-0-0' });
  expect(await other.text()).toContain('"status":"completed"');
});

test('a batch that is deleted says so', async () => {
  await pauseWork(service);
  const { id } = await batches.submit(files(2));
  const stream = await batches.get(`${id}/events/`);
  await batches.get(`${id}/`, {}, 'DELETE');
  const text = await stream.text();
  expect(text).toContain('event: deleted');
  await resumeWork(service);
});

test('a client that goes away gives its place back', async () => {
  await pauseWork(service);
  const { id } = await batches.submit(files(1));
  const client = new AbortController();
  await fetch(`${service.url}/api/batches/${id}/events/`, {
    headers: { Authorization: `Bearer ${tokens.access}` },
    signal: client.signal,
  });
  await untilOpen(1);
  client.abort();
  await untilOpen(0);
  await resumeWork(service);
});
