import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { BatchesApi } from '../support/batches-api.ts';
import { ImagesApi } from '../support/images-api.ts';
import { holdJob, pauseWork, resumeWork } from '../support/paused-work.ts';
import { multipart, RawConnection, uploadHead } from '../support/raw-http.ts';
import { type Service, startService } from '../support/service.ts';
import { formOf, SMALL_JPEG, upload } from '../support/upload.ts';
import { untilWaiting } from '../support/waiting.ts';

const SETTINGS = { THROTTLE_ANONYMOUS_PER_MINUTE: '1000', ANONYMOUS_ACTIVE_JOBS: '100', WAITING_PLACES: '3' };

let service: Service;
beforeAll(async () => {
  service = await startService(SETTINGS);
});
afterAll(() => service.stop());

/** Jobs wait until the test is over. */
async function pausedWork(): Promise<void> {
  await pauseWork(service);
  onTestFinished(() => resumeWork(service));
}

/** Runs a test's own service, with these settings, until the test is over. */
async function ownService(env: NodeJS.ProcessEnv = {}): Promise<Service> {
  const own = await startService(env);
  onTestFinished(() => own.stop());
  return own;
}

const wait = (seconds: number | string) => ({ Prefer: `wait=${seconds}` });

async function pending(of = service): Promise<{ id: string; detail_url: string }> {
  const response = await upload(of);
  return (await response.json()) as { id: string; detail_url: string };
}

test('an upload that waits is answered with the finished job', async () => {
  const response = await upload(service, { headers: wait(20) });
  expect(response.status).toBe(201);
  expect(response.headers.get('preference-applied')).toBe('wait=20');
  const image = (await response.json()) as Record<string, string>;
  expect(image.status).toBe('completed');
  expect(response.headers.get('location')).toBe(`/api/images/${image.id}/`);
  expect((await fetch(image.download_url as string)).status).toBe(200);
});

test('a whole anonymous job takes two requests of the five that a minute holds, and its download none', async () => {
  const own = await ownService();
  const image = (await (await upload(own, { headers: wait(20) })).json()) as Record<string, string>;
  const detail = await fetch(image.detail_url as string);
  const download = await fetch(image.download_url as string);
  expect([detail.status, download.status]).toEqual([200, 200]);
  expect(detail.headers.get('ratelimit')).toMatch(/^"caller";r=3;/);
  expect(download.headers.get('ratelimit')).toMatch(/^"download";/);
});

test('a wait that is over is answered with the state of the job', async () => {
  await pausedWork();
  const { detail_url } = await pending();
  const response = await fetch(detail_url, { headers: wait(1) });
  expect([response.status, response.headers.get('preference-applied')]).toEqual([200, 'wait=1']);
  expect(await response.json()).toMatchObject({ status: 'pending' });
});

test('everyone who waits for a job is woken when it is done', async () => {
  await pauseWork(service);
  const { detail_url } = await pending();
  const waits = [1, 2, 3].map(() => fetch(detail_url, { headers: wait(30) }));
  await untilWaiting(service, 3);
  await resumeWork(service);
  for (const response of await Promise.all(waits)) {
    expect(await response.json()).toMatchObject({ status: 'completed' });
  }
  await untilWaiting(service, 0);
});

test('beyond the last place the answer comes at once', async () => {
  await pauseWork(service);
  const { detail_url } = await pending();
  const waits = [1, 2, 3].map(() => fetch(detail_url, { headers: wait(30) }));
  await untilWaiting(service, 3);
  const response = await fetch(detail_url, { headers: wait(30) });
  expect([response.status, response.headers.get('preference-applied')]).toEqual([200, null]);
  const posted = await upload(service, { headers: wait(30) });
  expect([posted.status, posted.headers.get('preference-applied')]).toEqual([201, null]);
  await resumeWork(service);
  await Promise.all(waits);
});

test('a client that hangs up frees its place', async () => {
  await pausedWork();
  const { detail_url } = await pending();
  const hangUp = new AbortController();
  const waits = [
    fetch(detail_url, { headers: wait(30), signal: hangUp.signal }),
    upload(service, { headers: wait(30), signal: hangUp.signal }),
  ];
  await untilWaiting(service, 2);
  hangUp.abort();
  await Promise.allSettled(waits);
  await untilWaiting(service, 0);
});

test('a job that is deleted ends the wait with 404', async () => {
  await pausedWork();
  const { detail_url } = await pending();
  const waiting = fetch(detail_url, { headers: wait(30) });
  await untilWaiting(service, 1);
  expect((await fetch(detail_url, { method: 'DELETE' })).status).toBe(204);
  const response = await waiting;
  expect([response.status, await response.json()]).toMatchObject([404, { code: 'image_not_found' }]);
});

test('what is deleted ends the wait of its own upload with 404', async () => {
  const own = await ownService();
  await pauseWork(own);
  const tokens = await new ApiClient(own.url).newAccount('remover');
  const [images, batches] = [new ImagesApi(own, tokens), new BatchesApi(own, tokens)];
  const bytes = new Uint8Array(await SMALL_JPEG.arrayBuffer());

  const image = images.post(formOf(SMALL_JPEG), wait(30));
  await untilWaiting(own, 1);
  for (const { id } of (await images.list()).results) expect((await images.remove(id)).status).toBe(204);
  expect(await (await image).json()).toMatchObject({ status: 404, code: 'image_not_found' });

  const batch = batches.upload([{ name: 'small.jpg', bytes }], [], wait(30));
  await untilWaiting(own, 1);
  for (const { id } of (await batches.list()).results)
    expect((await batches.get(`${id}/`, {}, 'DELETE')).status).toBe(204);
  expect(await (await batch).json()).toMatchObject({ status: 404, code: 'batch_not_found' });
});

test('a job that is not there is a 404 at once', async () => {
  const url = `${service.url}/api/images/7d1a1a6e-3c63-4b0e-9e4e-000000000000/`;
  expect((await fetch(url, { headers: wait(30) })).status).toBe(404);
  await untilWaiting(service, 0);
});

test.each([0, -5, 'soon', '1.5', ''])('wait=%s is ignored', async (seconds) => {
  await pausedWork();
  const { detail_url } = await pending();
  const response = await fetch(detail_url, { headers: wait(seconds) });
  expect([response.status, response.headers.get('preference-applied')]).toEqual([200, null]);
});

test('a wait of 10^9 seconds is one of 30', async () => {
  const response = await upload(service, { headers: wait('1000000000') });
  expect(response.headers.get('preference-applied')).toBe('wait=30');
});

test('stopping the service answers those who wait', async () => {
  const own = await startService(SETTINGS);
  await pauseWork(own);
  const { detail_url } = await pending(own);
  const waiting = fetch(detail_url, { headers: wait(30) });
  await untilWaiting(own, 1);
  const stopped = own.stop();
  expect(await (await waiting).json()).toMatchObject({ status: 'pending' });
  await stopped;
});

test('a pending answer says when to ask again: the estimate, or when the rate allows if that is later', async () => {
  const own = await ownService({ THROTTLE_ANONYMOUS_PER_MINUTE: '3' });
  await pauseWork(own);
  const created = await upload(own);
  const { detail_url, seconds_remaining } = (await created.json()) as { detail_url: string; seconds_remaining: number };
  expect(seconds_remaining).toBeGreaterThan(0);
  expect(created.headers.get('retry-after')).toBe(String(seconds_remaining));
  own.clock.advance(10);
  expect((await fetch(detail_url)).headers.get('retry-after')).toBe(String(seconds_remaining));
  // The first of three requests leaves the window of a minute in 50 seconds.
  expect((await fetch(detail_url)).headers.get('retry-after')).toBe('50');
});

const allowed = (headers: Headers) => [headers.get('retry-after'), headers.get('ratelimit')];

test('after a wait an image and a batch say when to ask again as of then', async () => {
  const own = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '2', THROTTLE_AUTHENTICATED_PER_MINUTE: '2' });
  await pauseWork(own);
  const batches = await BatchesApi.ofNewAccount(own, 'waiter');
  const bytes = new Uint8Array(await SMALL_JPEG.arrayBuffer());
  const batch = await batches.submit([{ name: 'small.jpg', bytes }]);
  const { detail_url } = await pending(own);
  const waits = [fetch(detail_url, { headers: wait(30) }), batches.get(`${batch.id}/`, wait(30))];
  await untilWaiting(own, 2);
  own.clock.advance(12);
  const stopped = own.stop();
  for (const { headers } of await Promise.all(waits)) expect(allowed(headers)).toEqual(['48', '"caller";r=0;t=48']);
  await stopped;
});

test('an upload that took its time says when to ask again as of its end', async () => {
  const own = await ownService({ THROTTLE_ANONYMOUS_PER_MINUTE: '1' });
  await pauseWork(own);
  const body = multipart([
    { name: 'original_image', filename: 'small.jpg', body: new Uint8Array(await SMALL_JPEG.arrayBuffer()) },
    { name: 'operations', body: '[]' },
  ]);
  const connection = await RawConnection.to(own.url);
  await connection.write(uploadHead(`Content-Length: ${body.length}`, 'Expect: 100-continue'));
  expect((await connection.answer()).status).toBe(100);
  own.clock.advance(12);
  await connection.write(body);
  const { status, headers } = await connection.answer();
  expect([status, ...allowed(new Headers(headers))]).toEqual([201, '48', '"caller";r=0;t=48']);
});

test('a job that takes longer than was expected is to be asked for ever more seldom', async () => {
  const own = await ownService({ THROTTLE_ANONYMOUS_PER_MINUTE: '1000' });
  await pauseWork(own);
  const { id, detail_url } = await pending(own);
  await holdJob(own, id);
  const seen: (string | null)[] = [];
  for (const seconds of [1, 2, 6, 18]) {
    own.clock.advance(seconds);
    seen.push((await fetch(detail_url)).headers.get('retry-after'));
  }
  expect(seen).toEqual(['2', '6', '18', '54']);
});

test('a final answer says nothing of asking again', async () => {
  const created = await upload(service, { headers: wait(20) });
  const { detail_url } = (await created.json()) as { detail_url: string };
  expect(created.headers.get('retry-after')).toBeNull();
  expect((await fetch(detail_url)).headers.get('retry-after')).toBeNull();
});
