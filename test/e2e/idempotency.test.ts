import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { isFinal } from '../support/final.ts';
import { leaveDeadClaim } from '../support/inside-service.ts';
import { pauseWork, resumeWork } from '../support/paused-work.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { type UploadParts, upload } from '../support/upload.ts';

const OTHER_FILE = new Blob([
  await image(photograph(32, 24, 2))
    .jpeg()
    .toBuffer(),
]);
const GRAYSCALE = { operation_type: 'filter', parameters: { type: 'grayscale' } };

/** Of each test its own: they share a service. */
let KEY: string;
let tests = 0;
let service: Service;
beforeEach(() => {
  tests += 1;
  KEY = `a-key-of-a-good-length-${tests}`;
});
beforeAll(async () => {
  service = await startService({
    THROTTLE_ANONYMOUS_PER_MINUTE: '1000',
    THROTTLE_AUTHENTICATED_PER_MINUTE: '1000',
    ANONYMOUS_ACTIVE_JOBS: '100',
  });
});
afterAll(() => service.stop());

interface Answer {
  status: number;
  replayed: string | null;
  body: { id: string; code: string; detail: string; status: string };
}

/** Uploads with an idempotency key; the rest as given. */
async function send(key: string, parts: UploadParts = {}): Promise<Answer> {
  const response = await upload(service, { ...parts, headers: { 'Idempotency-Key': key, ...parts.headers } });
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, replayed: response.headers.get('idempotent-replayed'), body };
}

async function signedIn(name: string): Promise<Record<string, string>> {
  const { access } = await new ApiClient(service.url).newAccount(name);
  return { Authorization: `Bearer ${access}` };
}

test('a retry is answered with the first job as it is now', async () => {
  const first = await send(KEY);
  expect([first.status, first.replayed]).toEqual([201, null]);
  const sendAgain = () => send(KEY, { headers: { Prefer: 'wait=20' } });
  const again = await until(sendAgain, ({ body }) => isFinal(body));
  expect([again.status, again.replayed, again.body.id]).toEqual([201, 'true', first.body.id]);
  expect(again.body.status).toBe('completed');
});

test('a replay carries the Location of the job', async () => {
  const { body } = await send(KEY);
  const again = await upload(service, { headers: { 'Idempotency-Key': KEY } });
  expect(again.headers.get('location')).toBe(`/api/images/${body.id}/`);
});

test('twenty identical uploads at once make one job and keep one file', async () => {
  await pauseWork(service);
  const before = new Set(await service.storedFiles());
  const headers = await signedIn('petra');
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(KEY, { headers })));
  const made = answers.filter(({ status, replayed }) => status === 201 && replayed === null);
  expect(made).toHaveLength(1);
  for (const { status, replayed, body } of answers) {
    if (status === 201) expect(body.id).toBe(made[0]?.body.id);
    else expect([status, body.code]).toEqual([409, 'idempotency_key_in_flight']);
    expect(status === 409 || replayed === 'true' || body.id === made[0]?.body.id).toBe(true);
  }
  const list = await (await fetch(`${service.url}/api/images/`, { headers })).json();
  expect((list as { results: unknown[] }).results).toHaveLength(1);
  const kept = (await service.storedFiles()).filter((name) => !before.has(name));
  expect(kept).toEqual([`${made[0]?.body.id}/original`]);
  await resumeWork(service);
});

test("an account's key with another file or other operations is a 422", async () => {
  const headers = await signedIn('quentin');
  await send('k', { headers });
  for (const parts of [{ file: OTHER_FILE }, { operations: [GRAYSCALE] }]) {
    const { status, body } = await send('k', { ...parts, headers });
    expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
  }
});

test('an anonymous key with another file or other operations is another key', async () => {
  const first = await send(KEY);
  const other = await send(KEY, { file: OTHER_FILE });
  const filtered = await send(KEY, { operations: [GRAYSCALE] });
  expect([other.status, filtered.status]).toEqual([201, 201]);
  expect(new Set([first, other, filtered].map(({ body }) => body.id)).size).toBe(3);
});

test('the same operations in other words are the same request', async () => {
  const first = await send(KEY, { operations: [{ operation_type: 'convert', parameters: { format: 'webp' } }] });
  const again = await send(KEY, { operations: [{ parameters: { format: 'WEBP' }, operation_type: 'convert' }] });
  expect([again.replayed, again.body.id]).toEqual(['true', first.body.id]);
});

test('the quotes of a structured field are no part of the key', async () => {
  const first = await send(KEY);
  expect((await send(`"${KEY}"`)).body.id).toBe(first.body.id);
});

test('a key belongs to its caller alone', async () => {
  const ids = [
    await send(KEY),
    await send(KEY, { headers: await signedIn('rosa') }),
    await send(KEY, { headers: await signedIn('sven') }),
  ].map(({ status, replayed, body }) => {
    expect([status, replayed]).toEqual([201, null]);
    return body.id;
  });
  expect(new Set(ids).size).toBe(3);
});

test('a key is forgotten after 24 hours', async () => {
  const first = await send(KEY);
  service.clock.advance(24 * 3600 - 1);
  expect((await send(KEY)).body.id).toBe(first.body.id);
  service.clock.advance(1);
  const later = await send(KEY);
  expect([later.status, later.replayed]).toEqual([201, null]);
  expect(later.body.id).not.toBe(first.body.id);
});

test('a refused request uses up no key', async () => {
  const headers = await signedIn('theo');
  const broken = new Blob([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])]);
  const refused = await send(KEY, { headers, file: broken });
  expect([refused.status, refused.body.code]).toEqual([422, 'unreadable_image']);
  expect(await send(KEY, { headers })).toMatchObject({ status: 201, replayed: null });
});

test('a deleted job frees its key', async () => {
  const first = await send(KEY);
  await fetch(`${service.url}/api/images/${first.body.id}/`, { method: 'DELETE' });
  const again = await send(KEY);
  expect([again.status, again.replayed]).toEqual([201, null]);
  expect(again.body.id).not.toBe(first.body.id);
});

test('a request that died holds its key for 60 seconds, not longer', async () => {
  const headers = await signedIn('uma');
  const { body } = await new ApiClient(service.url, headers).get<{ id: string }>('/accounts/me/');
  await leaveDeadClaim(service, body.id, KEY);
  expect(await send(KEY, { headers })).toMatchObject({ status: 422 });
  service.clock.advance(59);
  expect(await send(KEY, { headers })).toMatchObject({ status: 422 });
  service.clock.advance(1);
  expect(await send(KEY, { headers })).toMatchObject({ status: 201, replayed: null });
});

test.each([
  ['empty', ''],
  ['too short for an anonymous caller', 'fifteen-letters'],
  ['256 characters', 'k'.repeat(256)],
  ['10 kB', 'k'.repeat(10_000)],
  ['not ASCII', 'clé-de-plus-de-seize'],
  ['a tab', 'sixteen\tcharacters'],
])('a key that is %s is refused before the body is read', async (_what, key) => {
  const { status, body } = await send(key);
  expect([status, body.code]).toEqual([400, 'validation_failed']);
  expect(body.detail).toMatch(/^Expected 16-255 printable ASCII characters .* for Idempotency-Key, received/);
  expect(body.detail.length).toBeLessThan(250);
});

test('16 and 255 characters are enough and not too many', async () => {
  expect(await send('k'.repeat(16))).toMatchObject({ status: 201 });
  expect(await send('~'.repeat(255))).toMatchObject({ status: 201 });
});
