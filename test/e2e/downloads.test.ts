import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eraseExpired, loseFilesOf } from '../support/inside-service.ts';
import { type Service, startService } from '../support/service.ts';
import { processed, SMALL_JPEG } from '../support/upload.ts';

interface Image {
  id: string;
  detail_url: string;
  download_url: string;
  download_expires_at: string;
  result: { bytes: number; sha256: string };
}

const WINDOW_SECONDS = 600;
const SHORTENED_SECONDS = 20;
const PNG = [{ operation_type: 'convert', parameters: { format: 'png' } }];

/** Noise: its result is larger than what the sockets on the way hold back. */
const LARGE = new Blob([
  await sharp(randomBytes(2400 * 1600 * 3), { raw: { width: 2400, height: 1600, channels: 3 } })
    .jpeg()
    .toBuffer(),
]);

let service: Service;
beforeAll(async () => {
  service = await startService({
    THROTTLE_ANONYMOUS_PER_MINUTE: '10000',
    ANONYMOUS_FILE_BYTES: '20000000',
    ANONYMOUS_KEPT_BYTES: '1000000000',
  });
});
afterAll(() => service.stop());

let image: Image;
let bytes: Buffer;
beforeEach(async () => {
  image = await finished(SMALL_JPEG);
  bytes = Buffer.from(await (await download({})).arrayBuffer());
  image = await finished(SMALL_JPEG);
});

async function finished(file: Blob, operations: object[] = [], name = 'small.jpg'): Promise<Image> {
  return (await processed(service, { file, operations, name })) as Image;
}

function download(headers: Record<string, string>, method = 'GET', signal?: AbortSignal): Promise<Response> {
  return fetch(image.download_url, { method, headers, signal: signal ?? null });
}

/** Seconds that the window is still open. */
async function secondsLeft(): Promise<number> {
  const { download_expires_at } = (await (await fetch(image.detail_url)).json()) as Image;
  return (new Date(download_expires_at).getTime() - service.clock.now().getTime()) / 1000;
}

test('the whole file, described', async () => {
  const response = await download({});
  expect(response.status).toBe(200);
  const { sha256, bytes: size } = image.result;
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/jpeg',
    'content-length': String(size),
    'content-disposition': 'attachment; filename="small.jpg"',
    etag: `"${sha256}"`,
    'accept-ranges': 'bytes',
    'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    'cache-control': `private, max-age=${WINDOW_SECONDS}`,
    'x-content-type-options': 'nosniff',
  });
  const received = Buffer.from(await response.arrayBuffer());
  expect(createHash('sha256').update(received).digest('hex')).toBe(sha256);
  expect(await secondsLeft()).toBe(SHORTENED_SECONDS);
});

test('a client that stops reading is cut off, and has downloaded nothing', async () => {
  const server = service.app.getHttpServer() as Server;
  expect(server.timeout).toBe(150_000);
  // More than the kernel's buffers between the two take.
  image = await finished(LARGE, PNG);
  const agent = new Agent({ keepAlive: false });
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const answered = once(get(image.download_url, { agent }), 'response') as Promise<[IncomingMessage]>;
  const [[held], [response]] = await Promise.all([connected, answered]);
  // Not a byte more of it is asked for, and the end of the server's patience comes sooner.
  held.setTimeout(1000);
  await once(held, 'close');
  await expect(response.toArray()).rejects.toThrow('aborted');
  expect(await secondsLeft()).toBe(WINDOW_SECONDS);
});

test('names are sanitised, and given in full beside a plain one', async () => {
  image = await finished(SMALL_JPEG, PNG, '../größe "x"\r\n日本.jpg');
  const disposition = (await download({}, 'HEAD')).headers.get('content-disposition');
  expect(disposition).toMatch(/^attachment; filename="[\x20-\x7e]+\.png"; filename\*=UTF-8''[\w.%'*-]+\.png$/i);
  expect(disposition).not.toMatch(/[\r\n]|\.\./);
});

test.each([
  ['bytes=0-9', 0, 9],
  ['bytes=10-', 10, undefined],
  ['bytes=-10', -10, undefined],
  ['bytes=-99999999', 0, undefined],
])('%s is answered with that range', async (range, start, end) => {
  const response = await download({ Range: range });
  const expected = bytes.subarray(start, end === undefined ? undefined : end + 1);
  const first = start < 0 ? bytes.length + start : start;
  expect(response.status).toBe(206);
  expect(response.headers.get('content-range')).toBe(`bytes ${first}-${first + expected.length - 1}/${bytes.length}`);
  expect(response.headers.get('etag')).toBe(`"${image.result.sha256}"`);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(expected);
});

test.each(['bytes=5-2', 'bytes=x', 'bytes', 'items=0-5', `bytes=${'0-0,'.repeat(100)}1-1`])(
  '%s is answered with the whole file',
  async (range) => {
    const response = await download({ Range: range });
    expect([response.status, response.headers.get('content-range')]).toEqual([200, null]);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  },
);

test.each(['bytes=99999999-', 'bytes=-0'])('%s is a 416 that names the size', async (range) => {
  const response = await download({ Range: range });
  expect([response.status, await response.json()]).toMatchObject([416, { code: 'range_not_satisfiable' }]);
  expect(response.headers.get('content-range')).toBe(`bytes */${bytes.length}`);
  expect(response.headers.get('repr-digest')).toBeNull();
  expect(await secondsLeft()).toBe(WINDOW_SECONDS);
});

test('a range counts only if it reaches the end', async () => {
  await (await download({ Range: `bytes=0-${bytes.length - 2}` })).arrayBuffer();
  expect(await secondsLeft()).toBe(WINDOW_SECONDS);
  await (await download({ Range: 'bytes=-1' })).arrayBuffer();
  expect(await secondsLeft()).toBe(SHORTENED_SECONDS);
});

test('HEAD tells of the whole file, sends nothing and does not count', async () => {
  const response = await download({ Range: 'bytes=0-9' }, 'HEAD');
  expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
    200,
    String(bytes.length),
    '',
  ]);
  expect(await secondsLeft()).toBe(WINDOW_SECONDS);
});

test('If-None-Match: the tag, a weak one, a list with it, or any is a 304, which does not count', async () => {
  const tag = `"${image.result.sha256}"`;
  for (const condition of [tag, `W/${tag}`, `"a", "b,c" , ${tag}`, '*']) {
    const response = await download({ 'If-None-Match': condition, Range: 'bytes=0-1' });
    expect([condition, response.status, await response.text()]).toEqual([condition, 304, '']);
    expect(response.headers.get('etag')).toBe(tag);
  }
  expect(await secondsLeft()).toBe(WINDOW_SECONDS);
  for (const condition of ['"other"', '"a", "b"', image.result.sha256]) {
    expect((await download({ 'If-None-Match': condition })).status).toBe(200);
  }
});

test('If-Range: the range for this very file, the whole of it otherwise', async () => {
  const tag = `"${image.result.sha256}"`;
  const status = async (condition: string) => (await download({ 'If-Range': condition, Range: 'bytes=0-1' })).status;
  expect(await status(tag)).toBe(206);
  for (const condition of ['"other"', `W/${tag}`, 'Thu, 01 Jan 2026 12:00:00 GMT', 'x']) {
    expect(await status(condition)).toBe(200);
  }
});

test('later downloads do not extend the window', async () => {
  await (await download({})).arrayBuffer();
  service.clock.advance(SHORTENED_SECONDS - 1);
  await (await download({})).arrayBuffer();
  expect(await secondsLeft()).toBe(1);
  service.clock.advance(1);
  const late = await download({});
  expect([late.status, await late.json()]).toMatchObject([410, { code: 'image_expired' }]);
});

test('a download that is cut does not count, and can be resumed', async () => {
  image = await finished(LARGE, PNG);
  const hangUp = new AbortController();
  const cut = await download({}, 'GET', hangUp.signal);
  const reader = (cut.body as ReadableStream<Uint8Array>).getReader();
  const { value: head = new Uint8Array() } = await reader.read();
  hangUp.abort();
  service.clock.advance(5);
  expect(await secondsLeft()).toBe(WINDOW_SECONDS - 5);
  const tag = cut.headers.get('etag') ?? '';
  const rest = await download({ Range: `bytes=${head.length}-`, 'If-Range': tag });
  expect(rest.status).toBe(206);
  const whole = Buffer.concat([head, Buffer.from(await rest.arrayBuffer())]);
  expect(createHash('sha256').update(whole).digest('hex')).toBe(image.result.sha256);
  expect(await secondsLeft()).toBe(SHORTENED_SECONDS);
});

test('a slow download that began in time may finish after the bytes are erased', async () => {
  image = await finished(LARGE, PNG);
  const slow = await download({});
  const reader = (slow.body as ReadableStream<Uint8Array>).getReader();
  const hash = createHash('sha256').update((await reader.read()).value ?? '');
  service.clock.advance(WINDOW_SECONDS + 1);
  await eraseExpired(service);
  expect((await download({})).status).toBe(410);
  for (let part = await reader.read(); part.value; part = await reader.read()) hash.update(part.value);
  expect(hash.digest('hex')).toBe(image.result.sha256);
});

test('bytes that are gone though the record says otherwise are an error, not a broken answer', async () => {
  await loseFilesOf(service, image.id);
  const response = await download({});
  expect(['internal_error', 'unavailable']).toContain(((await response.json()) as { code: string }).code);
  expect([response.headers.get('repr-digest'), response.headers.get('content-range')]).toEqual([null, null]);
});
