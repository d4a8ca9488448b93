import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { EventSource } from 'eventsource';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openStreams } from '../support/inside-service.ts';
import { pauseWork, resumeWork } from '../support/paused-work.ts';
import { type Service, startService } from '../support/service.ts';
import { processed, upload } from '../support/upload.ts';

interface Image {
  id: string;
  status: string;
  detail_url: string;
  download_url: string;
}

const SETTINGS = {
  THROTTLE_ANONYMOUS_PER_MINUTE: '1000',
  THROTTLE_AUTHENTICATED_PER_MINUTE: '1000',
  ANONYMOUS_ACTIVE_JOBS: '100',
  STREAMS: '4',
  STREAMS_PER_ACCOUNT: '3',
};

let service: Service;
beforeAll(async () => {
  service = await startService(SETTINGS);
});
afterAll(() => service.stop());
// No test finds the places of another one taken.
afterEach(() => untilOpen(0));

async function uploaded(headers: Record<string, string> = {}): Promise<Image> {
  return (await (await upload(service, { headers })).json()) as Image;
}

async function finished(headers: Record<string, string> = {}): Promise<Image> {
  return (await processed(service, { headers })) as Image;
}

function events(image: Image, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${image.detail_url}events/`, { headers, signal: signal ?? null });
}

/** Resolves when so many streams are open. */
async function untilOpen(count: number): Promise<void> {
  while (openStreams(service) !== count) await new Promise(setImmediate);
}

/** The events of a stream that has ended: their fields, comments as `comment`. */
function parsed(text: string): Record<string, string>[] {
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) =>
      Object.fromEntries(
        block
          .trim()
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')) || 'comment', line.slice(line.indexOf(':') + 2)]),
      ),
    );
}

async function tokenOf(name: string): Promise<{ Authorization: string }> {
  const account = { username: name, email: `${name}@example.com`, password: 'correct horse battery 9' };
  const post = (path: string, body: object) =>
    fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  await post('/accounts/register/', account);
  const { access } = (await (
    await post('/accounts/login/', { username: name, password: account.password })
  ).json()) as { access: string };
  return { Authorization: `Bearer ${access}` };
}

test('a final job is told once, and the stream ends', async () => {
  const image = await finished();
  const response = await events(image);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const [only, ...others] = parsed(await response.text());
  expect(others).toEqual([]);
  expect(only).toMatchObject({ event: 'image', id: expect.stringMatching(/^\d+$/) });
  const detail = await fetch(image.detail_url);
  expect(JSON.parse(only?.data ?? '')).toEqual(await detail.json());
});

test('the present state comes first, then each change, and the versions grow', async () => {
  await pauseWork(service);
  const response = await events(await uploaded());
  await untilOpen(1);
  await resumeWork(service);
  const told = parsed(await response.text());
  const statuses = told.map(({ data = '' }) => (JSON.parse(data) as Image).status);
  expect(statuses[0]).toBe('pending');
  expect(statuses.at(-1)).toBe('completed');
  const versions = told.map(({ id }) => Number(id));
  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  await untilOpen(0);
});

test('a reconnect with the final id gets 204, also after the download; an older id gets the state', async () => {
  const image = await finished();
  const [told] = parsed(await (await events(image)).text());
  const id = told?.id ?? '';
  const again = await events(image, { 'Last-Event-ID': id });
  expect([again.status, await again.text()]).toEqual([204, '']);
  await (await fetch(image.download_url)).arrayBuffer();
  expect((await events(image, { 'Last-Event-ID': id })).status).toBe(204);
  expect((await events(image, { 'Last-Event-ID': '1' })).status).toBe(200);
  await untilOpen(0);
});

test.each(['x', '-1', '1e9', '9'.repeat(40), 'deleted'])('an unknown Last-Event-ID (%s) is no obstacle', async (id) => {
  expect((await events(await finished(), { 'Last-Event-ID': id })).status).toBe(200);
});

test("a browser's EventSource sees the job to its end, and stops by itself", async () => {
  await pauseWork(service);
  const image = await uploaded();
  const statuses: string[] = [];
  const source = new EventSource(`${image.detail_url}events/`);
  const stopped = new Promise<number | undefined>((resolve) => {
    source.addEventListener('error', ({ code }) => {
      if (source.readyState === source.CLOSED) resolve(code);
    });
  });
  const told = Promise.withResolvers<void>();
  source.addEventListener('image', ({ data }) => {
    statuses.push((JSON.parse(data) as Image).status);
    told.resolve();
  });
  await told.promise;
  await resumeWork(service);
  expect(await stopped).toBe(204);
  expect(statuses.at(0)).toBe('pending');
  expect(statuses.at(-1)).toBe('completed');
  expect(statuses.filter((status) => status === 'completed')).toHaveLength(1);
});

test('fetch streams with a Bearer token; to others the job is not there', async () => {
  const authorization = await tokenOf('nadia');
  const image = await finished(authorization);
  expect((await events(image, authorization)).status).toBe(200);
  const stranger = await events(image);
  expect([stranger.status, await stranger.json()]).toMatchObject([404, { code: 'image_not_found' }]);
  const forged = await events(image, { Authorization: 'Bearer x' });
  expect(forged.status).toBe(401);
  expect(forged.headers.get('content-type')).toMatch(/^application\/problem\+json/);
});

test('a deleted job ends its stream with an event that says so', async () => {
  await pauseWork(service);
  onTestFinished(() => resumeWork(service));
  const image = await uploaded();
  const response = await events(image);
  await untilOpen(1);
  await fetch(image.detail_url, { method: 'DELETE' });
  const told = parsed(await response.text());
  expect(told.map(({ event }) => event)).toEqual(['image', 'deleted']);
  expect(JSON.parse(told[1]?.data ?? '')).toEqual({ id: image.id });
  expect((await events(image)).status).toBe(404);
});

test('an address may open two streams; one that hangs up frees its place', async () => {
  await pauseWork(service);
  const image = await uploaded();
  const hangUp = new AbortController();
  const [first] = await Promise.all([events(image), events(image, {}, hangUp.signal)]);
  await untilOpen(2);
  const refused = await events(image);
  expect([refused.status, await refused.json()]).toMatchObject([
    429,
    {
      code: 'too_many_streams',
      detail: 'Expected at most 2 event streams at once (limit of anonymous callers), received one more',
    },
  ]);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  hangUp.abort();
  await untilOpen(1);
  const third = await events(image);
  expect(third.status).toBe(200);
  await resumeWork(service);
  await Promise.all([first?.text(), third.text()]);
});

test('an account may open more, up to what the service holds in all', async () => {
  await pauseWork(service);
  const authorization = await tokenOf('omar');
  const image = await uploaded(authorization);
  const open = [1, 2, 3].map(() => events(image, authorization));
  await Promise.all(open);
  await untilOpen(3);
  const beyondShare = await events(image, authorization);
  expect([beyondShare.status, await beyondShare.json()]).toMatchObject([
    429,
    {
      code: 'too_many_streams',
      detail: 'Expected at most 3 event streams at once (limit of signed-in callers), received one more',
    },
  ]);
  const other = await uploaded();
  const last = await events(other);
  await untilOpen(4);
  const beyondAll = await events(other);
  expect([beyondAll.status, await beyondAll.json()]).toMatchObject([
    503,
    {
      code: 'streams_full',
      detail: 'Expected at most 4 event streams at once (limit of each process of the service), received one more',
    },
  ]);
  await resumeWork(service);
  await Promise.all([...open, last].map(async (response) => (await response).text()));
});

test('a quiet stream carries comments, which use up no id, and ends when it is too old', async () => {
  await service.stop();
  service = await startService({ ...SETTINGS, STREAM_SECONDS: '2', STREAM_HEARTBEAT_SECONDS: '1' });
  await pauseWork(service);
  const text = await (await events(await uploaded())).text();
  const [state, beat] = parsed(text);
  expect(state).toMatchObject({ event: 'image', id: '1' });
  expect(beat).toEqual({ comment: 'heartbeat' });
  await untilOpen(0);
});

test('stopping the service ends its streams; after a restart a reconnect sees the rest', async () => {
  const { dataDir } = service.settings.storage;
  await pauseWork(service);
  const image = await uploaded();
  const response = await events(image);
  await untilOpen(1);
  const stopped = service.halt();
  const [told, ...others] = parsed(await response.text());
  expect(others).toEqual([]);
  await stopped;
  const restarted = await startService({ ...SETTINGS, DATA_DIR: dataDir });
  const detail_url = `${restarted.url}/api/images/${image.id}/`;
  const rest = parsed(await (await events({ ...image, detail_url }, { 'Last-Event-ID': told?.id ?? '' })).text());
  expect(JSON.parse(rest.at(-1)?.data ?? '')).toMatchObject({ status: 'completed' });
  service = restarted;
});

test('HEAD is answered without events, and leaves neither its connection nor its place taken', async () => {
  await pauseWork(service);
  onTestFinished(() => resumeWork(service));
  const { detail_url } = await uploaded();
  const { host, port, pathname } = new URL(`${detail_url}events/`);
  for (const then of ['close', 'keep-alive']) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`HEAD ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: ${then}\r\n\r\n`);
    if (then === 'keep-alive') {
      socket.write(`GET /health/live HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    }
    const [head, ...others] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).toMatch(/^Content-Type: text\/event-stream/im);
    expect(others.join('')).not.toContain('event: image');
  }
  expect(openStreams(service)).toBe(0);
});
