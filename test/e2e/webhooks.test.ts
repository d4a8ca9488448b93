import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageDto } from '../support/answers.ts';
import { ApiClient, PASSWORD, refusal, type TokenPair } from '../support/api-client.ts';
import { finalAt } from '../support/final.ts';
import { metricsUrlOf } from '../support/inside-service.ts';
import { image, photograph } from '../support/pictures.ts';
import { RawReceiver } from '../support/raw-receiver.ts';
import { Receiver, TO_THIS_MACHINE, verified } from '../support/receiver.ts';
import { type Service, startService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { processed as processedBy, SMALL_JPEG } from '../support/upload.ts';

interface Webhook {
  readonly id: string;
  readonly secret: string;
  readonly url: string;
  readonly disabled: boolean;
  readonly disabled_reason: string | null;
  readonly failing_since: string | null;
}

interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly status: string;
  readonly attempts: { at: string; status_code?: number; error?: string; milliseconds: number }[];
  readonly next_attempt_at: string | null;
}

interface Page {
  readonly results: Delivery[];
  readonly next: string | null;
  readonly previous: string | null;
}

interface Refusal {
  readonly errors: { pointer: string; code: string; detail: string }[];
}

interface Message {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Record<string, unknown> & { id: string; status: string };
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const EVENTS = ['image.completed', 'image.failed', 'image.expired'];

let service: Service;
let client: ApiClient;
const receivers: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  service = await startService({
    ...TO_THIS_MACHINE,
    ...{ THROTTLE_AUTHENTICATED_PER_MINUTE: '10000', THROTTLE_ANONYMOUS_PER_MINUTE: '10000' },
    ...{ SWEEP_SECONDS: '1', WEBHOOK_TIMEOUT_SECONDS: '5' },
  });
  client = new ApiClient(service.url);
});
afterAll(async () => {
  await service.stop();
  for (const receiver of receivers) await receiver.close();
});

let accounts = 0;
/** A new account, by a key that outlives the days that a test lets pass. */
async function newAccount(): Promise<{ tokens: TokenPair; member: ApiClient; headers: Record<string, string> }> {
  accounts += 1;
  const tokens = await client.newAccount(`told${accounts}`);
  const scopes = ['images:read', 'images:write', 'webhooks:manage'];
  const { key } = (await client.as(tokens).post<{ key: string }>('/accounts/keys/', { name: 'test', scopes })).body;
  return { tokens, member: client.as({ access: key }), headers: { Authorization: `Bearer ${key}` } };
}

/** The image of an upload that is waited for. */
function processed(headers: Record<string, string>, file = SMALL_JPEG): Promise<ImageDto> {
  return processedBy(service, { file, headers });
}

async function receiver(...args: Parameters<typeof Receiver.listen>): Promise<Receiver> {
  const listening = await Receiver.listen(...args);
  receivers.push(listening);
  return listening;
}

async function webhook(member: ApiClient, url: string, events = EVENTS): Promise<Webhook> {
  const { status, body, text } = await member.post<Webhook>('/api/webhooks/', { url, events });
  expect([status, text]).toEqual([201, expect.any(String)]);
  return body;
}

const patch = (member: ApiClient, { id }: Webhook, change: object) =>
  member.send<Webhook>(`/api/webhooks/${id}/`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(change),
  });

const deliveriesOf = async (member: ApiClient, { id }: Pick<Webhook, 'id'>) =>
  (await member.get<Page>(`/api/webhooks/${id}/deliveries/`)).body.results;

/** Asks until the latest delivery is so: what a receiver has been sent is written down a moment later. */
async function settled(member: ApiClient, hook: Webhook, isSo: (latest: Delivery) => boolean): Promise<Delivery> {
  const latest = async () => (await deliveriesOf(member, hook))[0];
  return (await until(latest, (found) => found !== undefined && isSo(found))) as Delivery;
}

/** Asks until the endpoint is so. */
function becomes(member: ApiClient, { id }: Webhook, isSo: (shown: Webhook) => boolean): Promise<Webhook> {
  return until(async () => (await member.get<Webhook>(`/api/webhooks/${id}/`)).body, isSo);
}

describe('an endpoint is told', () => {
  test('that a result can be downloaded, in a message that is signed', async () => {
    const { member, headers } = await newAccount();
    const told = await receiver();
    const hook = await webhook(member, told.url);
    const answer = await processed(headers);
    const [message] = await told.received(1);
    const body = verified<Message>(hook.secret, message as never);
    expect(body).toEqual({ type: 'image.completed', timestamp: answer.completed_at, data: answer });
    expect(message?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'ImagePro-Webhooks' });
    const delivery = await settled(member, hook, ({ status }) => status === 'delivered');
    expect(delivery).toMatchObject({ id: message?.headers['webhook-id'], event: 'image.completed' });
    expect(delivery.attempts).toEqual([{ at: expect.any(String), status_code: 204, milliseconds: expect.any(Number) }]);
    expect(delivery.next_attempt_at).toBeNull();
  });

  test('that an image has failed, and that a window is over', async () => {
    const { member, headers } = await newAccount();
    const told = await receiver();
    const hook = await webhook(member, told.url, ['image.failed', 'image.expired']);
    const whole = await image(photograph(64, 48)).jpeg().toBuffer();
    const cut = new Blob([new Uint8Array(whole.subarray(0, whole.length - 400))]);
    const failed = await processed(headers, cut);
    expect(failed.status).toBe('failed');
    const [first] = await told.received(1);
    expect(verified(hook.secret, first as never)).toMatchObject({ type: 'image.failed', data: failed });
    const done = await processed(headers);
    service.clock.advance(HOUR + 1);
    const [, second] = await told.received(2);
    const outputs = done.outputs.map((output) => ({ ...output, download_url: null }));
    const expired = { ...done, status: 'expired', download_url: null, outputs };
    expect(verified(hook.secret, second as never)).toEqual({
      type: 'image.expired',
      timestamp: done.download_expires_at,
      data: expired,
    });
  });

  test('of its own account alone, and of what it has asked for', async () => {
    const [one, other] = [await newAccount(), await newAccount()];
    const told = await receiver();
    await webhook(one.member, told.url, ['image.failed']);
    const hook = await webhook(one.member, told.url, ['image.completed']);
    await processed(other.headers);
    await processed({});
    const own = await processed(one.headers);
    const [message] = await told.received(1);
    expect(verified<Message>(hook.secret, message as never).data.id).toBe(own.id);
    expect(told.messages).toHaveLength(1);
  });
});

describe('a receiver that does not take a message', () => {
  test('gets it again by the schedule, the same bytes under the same id', async () => {
    const { member, headers } = await newAccount();
    const told = await receiver((response, n) => response.writeHead(n <= 4 ? 500 : 200).end());
    const hook = await webhook(member, told.url, ['image.completed']);
    await processed(headers);
    for (const [n, seconds] of [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR].entries()) {
      await told.received(n + 1);
      const due = await settled(member, hook, ({ attempts }) => attempts.length === n + 1);
      const wait = (Date.parse(due.next_attempt_at ?? '') - service.clock.now().getTime()) / 1000;
      expect(wait).toBeGreaterThanOrEqual(seconds * 0.8);
      expect(wait).toBeLessThanOrEqual(seconds * 1.2);
      service.clock.advance(wait);
    }
    const messages = await told.received(5);
    const delivered = await settled(member, hook, ({ status }) => status === 'delivered');
    expect(delivered.attempts.map(({ status_code }) => status_code)).toEqual([500, 500, 500, 500, 200]);
    expect(new Set(messages.map(({ body }) => body)).size).toBe(1);
    expect(new Set(messages.map((message) => message.headers['webhook-id']))).toEqual(new Set([delivered.id]));
    for (const message of messages) verified(hook.secret, message);
  });

  test.each([
    ['is too slow', (response: never) => void response, 'No answer came within 5 s'],
    [
      'closes',
      (response: { destroy(): void }) => response.destroy(),
      'The connection was closed before an answer came',
    ],
  ])('that %s is told of as such', async (_what, answer, error) => {
    const { member } = await newAccount();
    const told = await receiver(answer as never);
    const hook = await webhook(member, told.url);
    await member.post(`/api/webhooks/${hook.id}/test/`, {});
    const { attempts } = await settled(member, hook, (latest) => latest.attempts.length === 1);
    expect(attempts).toEqual([{ at: expect.any(String), error, milliseconds: expect.any(Number) }]);
  });

  test.each([
    [
      'wants another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
      'stays',
    ],
    ['has a word ahead, and closes', 'HTTP/1.1 103 Early Hints\r\n\r\n', 'closes'],
    ['closes without a byte', '', 'closes'],
  ] as const)('that %s is tried again by the schedule, and takes up no place', async (_what, answer, then) => {
    const { member } = await newAccount();
    const told = await RawReceiver.listen(answer, then);
    receivers.push(told);
    const hook = await webhook(member, told.url);
    // More than may be sent there at once: each makes way for the next.
    for (let n = 0; n < 6; n += 1) await member.post(`/api/webhooks/${hook.id}/test/`, {});
    const all = await until(
      () => deliveriesOf(member, hook),
      (found) => found.every(({ attempts }) => attempts.length > 0),
    );
    for (const { status, attempts, next_attempt_at } of all) {
      expect([status, attempts.length]).toEqual(['due', 1]);
      const wait = (Date.parse(next_attempt_at ?? '') - service.clock.now().getTime()) / 1000;
      expect(wait).toBeGreaterThanOrEqual(4);
      expect(wait).toBeLessThanOrEqual(6);
    }
  });

  test('that redirects is not followed', async () => {
    const { member } = await newAccount();
    const elsewhere = await receiver();
    const told = await receiver((response) => response.writeHead(307, { Location: elsewhere.url }).end());
    const hook = await webhook(member, told.url);
    await member.post(`/api/webhooks/${hook.id}/test/`, {});
    const { attempts } = await settled(member, hook, (latest) => latest.attempts.length === 1);
    expect(attempts[0]?.status_code).toBe(307);
    expect(elsewhere.messages).toEqual([]);
  });

  test('that answers with 10 MB has its status counted, and no more read', async () => {
    const { member } = await newAccount();
    const told = await receiver((response) => response.writeHead(200).end(Buffer.alloc(10_000_000)));
    const hook = await webhook(member, told.url);
    await member.post(`/api/webhooks/${hook.id}/test/`, {});
    expect((await settled(member, hook, ({ status }) => status === 'delivered')).attempts[0]?.status_code).toBe(200);
  });

  test('is asked again when it says so, within an hour', async () => {
    const { member } = await newAccount();
    // From the third one on it is a date, to the second.
    const date = () => new Date(service.clock.now().getTime() + 3_000_000).toUTCString();
    const told = await receiver((response, n) =>
      response.writeHead(503, { 'Retry-After': [600, 86_400][n - 1] ?? date() }).end(),
    );
    const hook = await webhook(member, told.url);
    await member.post(`/api/webhooks/${hook.id}/test/`, {});
    for (const [n, seconds] of [600, 3600, 3000].entries()) {
      const due = await settled(member, hook, ({ attempts }) => attempts.length === n + 1);
      const wait = Date.parse(due.next_attempt_at ?? '') - service.clock.now().getTime();
      expect(Math.ceil(wait / 1000)).toBe(seconds);
      service.clock.advance(seconds);
    }
  });

  test('and has not ended cannot be sent again, nor can what there is not', async () => {
    const { member } = await newAccount();
    const told = await receiver((response) => response.writeHead(500).end());
    const hook = await webhook(member, told.url);
    await member.post(`/api/webhooks/${hook.id}/test/`, {});
    const due = await settled(member, hook, ({ attempts }) => attempts.length === 1);
    const replayed = (id: string) => member.post(`/api/webhooks/${hook.id}/deliveries/${id}/replay/`, {});
    expect(refusal(await replayed(due.id))).toEqual([409, 'delivery_due']);
    for (const id of [hook.id, 'none']) expect(refusal(await replayed(id))).toEqual([404, 'delivery_not_found']);
  });

  test('and is gone is sent nothing more, until it is enabled again', async () => {
    const { member, headers } = await newAccount();
    const replayed = Promise.withResolvers<void>();
    const told = await receiver(async (response, n) => {
      if (n > 1) await replayed.promise;
      response.writeHead(n === 1 ? 410 : 200).end();
    });
    const hook = await webhook(member, told.url);
    await member.post(`/api/webhooks/${hook.id}/test/`, {});
    const gone = await settled(member, hook, ({ status }) => status === 'failed');
    const shown = await becomes(member, hook, ({ disabled }) => disabled);
    expect(shown.disabled_reason).toBe('gone');
    await processed(headers);
    const replay = `/api/webhooks/${hook.id}/deliveries/${gone.id}/replay/`;
    expect(refusal(await member.post(replay, {}))).toEqual([409, 'webhook_disabled']);
    expect(refusal(await member.post(`/api/webhooks/${hook.id}/test/`, {}))).toEqual([409, 'webhook_disabled']);
    const enabled = await patch(member, hook, { disabled: false });
    expect(enabled.body).toMatchObject({ disabled: false, disabled_reason: null, failing_since: null });
    expect((await member.post<Delivery>(replay, {})).body).toMatchObject({ id: gone.id, status: 'due' });
    replayed.resolve();
    const again = await settled(member, hook, ({ status }) => status === 'delivered');
    expect(again.attempts.map(({ status_code }) => status_code)).toEqual([410, 200]);
    expect(told.messages.map((message) => message.headers['webhook-id'])).toEqual([gone.id, gone.id]);
  });

  test('and was gone from a URL that is no longer the endpoint’s does not disable it', async () => {
    const { member } = await newAccount();
    const asked = Promise.withResolvers<ServerResponse>();
    const [left, told] = [await receiver((response) => asked.resolve(response)), await receiver()];
    const hook = await webhook(member, left.url);
    await member.post(`/api/webhooks/${hook.id}/test/`, {});
    const response = await asked.promise;
    await patch(member, hook, { url: told.url });
    response.writeHead(410).end();
    await settled(member, hook, ({ attempts }) => attempts.length === 1);
    // One more that has been sent: whatever came of the first is written down by then.
    service.clock.advance(1);
    await member.post(`/api/webhooks/${hook.id}/test/`, {});
    await settled(member, hook, ({ status }) => status === 'delivered');
    expect((await member.get<Webhook>(`/api/webhooks/${hook.id}/`)).body).toMatchObject({ disabled: false });
  });

  test('for five days is disabled', async () => {
    const { member } = await newAccount();
    const told = await receiver((response) => response.writeHead(500).end());
    const hook = await webhook(member, told.url);
    for (const days of [0, 2, 2.9, 0.2]) {
      expect((await member.get<Webhook>(`/api/webhooks/${hook.id}/`)).body.disabled).toBe(false);
      service.clock.advance(days * DAY);
      await member.post(`/api/webhooks/${hook.id}/test/`, {});
      // The last one ends with the endpoint, tried or not.
      await settled(member, hook, ({ attempts, status }) => attempts.length > 0 || status === 'failed');
    }
    const shown = await becomes(member, hook, ({ disabled }) => disabled);
    expect(shown.disabled_reason).toBe('failing');
  });

  test('has failed at its own URL alone: at a new one its endpoint begins anew', async () => {
    const { member } = await newAccount();
    const [left, told] = [await receiver((response) => response.writeHead(500).end()), await receiver()];
    const hook = await webhook(member, left.url);
    await member.post(`/api/webhooks/${hook.id}/test/`, {});
    const shown = await becomes(member, hook, ({ failing_since }) => failing_since !== null);
    // The same URL in another spelling is no new one.
    const spelt = await patch(member, hook, { url: left.url.replace('http:', 'HTTP:') });
    expect(spelt.body).toMatchObject({ url: left.url, failing_since: shown.failing_since });
    const moved = await patch(member, hook, { url: told.url.replace('/hook', '/moved') });
    expect(moved.body).toMatchObject({ disabled: false, failing_since: null });
  });
});

describe('an endpoint', () => {
  test('shows its secret once, is changed, listed and deleted, and is nobody else’s', async () => {
    const [{ member }, other] = [await newAccount(), await newAccount()];
    const { secret, ...hook } = await webhook(member, 'https://hooks.example.com/images');
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await member.get('/api/webhooks/')).body).toEqual({ results: [hook] });
    expect((await member.get(`/api/webhooks/${hook.id}/`)).body).toEqual(hook);
    const changed = await patch(member, hook as Webhook, {
      url: 'https://hooks.example.com/b',
      description: 'the shop',
    });
    expect(changed.body).toEqual({ ...hook, url: 'https://hooks.example.com/b', description: 'the shop' });
    expect((await patch(member, hook as Webhook, { disabled: true })).body).toMatchObject({ disabled_reason: 'owner' });
    for (const path of ['', 'deliveries/'])
      expect(refusal(await other.member.get(`/api/webhooks/${hook.id}/${path}`))).toEqual([404, 'webhook_not_found']);
    expect(refusal(await other.member.delete(`/api/webhooks/${hook.id}/`))).toEqual([404, 'webhook_not_found']);
    expect((await member.delete(`/api/webhooks/${hook.id}/`)).status).toBe(204);
    expect(refusal(await member.get(`/api/webhooks/${hook.id}/`))).toEqual([404, 'webhook_not_found']);
  });

  test('has a URL as browsers write it', async () => {
    const { member } = await newAccount();
    const typed = 'HTTPS://Hooks.example.com:443/a|b?of={"image"}';
    const { status, body } = await member.post<{ url: string }>('/api/webhooks/', { url: typed, events: EVENTS });
    expect([status, body.url]).toEqual([201, 'https://hooks.example.com/a|b?of={%22image%22}']);
  });

  test('is one of ten', async () => {
    const { member } = await newAccount();
    for (let n = 0; n < 10; n += 1) await webhook(member, `https://hooks.example.com/${n}`);
    const more = await member.post('/api/webhooks/', { url: 'https://hooks.example.com/', events: EVENTS });
    expect(refusal(more)).toEqual([409, 'too_many_webhooks']);
  });

  test.each([
    [{ url: 'http://169.254.169.254/', events: EVENTS }, '/url', 'a URL of a host on the public internet'],
    [{ url: 'https://ada:secret@hooks.example.com/', events: EVENTS }, '/url', 'a URL without user and password'],
    [
      { url: 'https://hooks.example.com/', events: ['image.completed', 'image.done'] },
      '/events',
      'received "image.done"',
    ],
    [
      { url: 'https://hooks.example.com/', events: ['image.failed', 'image.failed'] },
      '/events',
      'each once for events, received "image.failed"',
    ],
    [{ url: 'https://hooks.example.com/', events: [] }, '/events', 'received an array of 0'],
  ])('%j is a 400', async (wish, pointer, words) => {
    const { member } = await newAccount();
    const { status, body } = await member.post<Refusal>('/api/webhooks/', wish);
    expect([status, body.errors.map((fault) => fault.pointer)]).toEqual([400, [pointer]]);
    expect(body.errors[0]?.detail).toContain(words);
  });

  test('signs with both secrets for a day after a rotation', async () => {
    const { member } = await newAccount();
    const told = await receiver();
    const first = await webhook(member, told.url);
    const second = (await member.post<Webhook>(`/api/webhooks/${first.id}/rotate/`, {})).body;
    expect(second.secret).not.toBe(first.secret);
    await member.post(`/api/webhooks/${first.id}/test/`, {});
    const [message] = await told.received(1);
    for (const { secret } of [first, second])
      expect(verified(secret, message as never)).toMatchObject({ type: 'webhook.test' });
    service.clock.advance(DAY + 1);
    await member.post(`/api/webhooks/${first.id}/test/`, {});
    const [, later] = await told.received(2);
    expect(() => verified(first.secret, later as never)).toThrow('No matching signature found');
    expect(verified(second.secret, later as never)).toMatchObject({ type: 'webhook.test' });
  });

  test('lists its deliveries in pages', async () => {
    const { member } = await newAccount();
    const told = await receiver();
    const hook = await webhook(member, told.url);
    for (let n = 0; n < 3; n += 1) {
      service.clock.advance(1);
      await member.post(`/api/webhooks/${hook.id}/test/`, {});
    }
    const all = await deliveriesOf(member, hook);
    const first = (await member.get<Page>(`/api/webhooks/${hook.id}/deliveries/?limit=2`)).body;
    expect(first.results.map(({ id }) => id)).toEqual(all.slice(0, 2).map(({ id }) => id));
    const last = (await member.get<Page>((first.next ?? '').replace(service.url, ''))).body;
    expect([last.results.map(({ id }) => id), last.next]).toEqual([[all[2]?.id], null]);
    const again = (await member.get<Page>((last.previous ?? '').replace(service.url, ''))).body;
    expect(again.results.map(({ id }) => id)).toEqual(all.slice(0, 2).map(({ id }) => id));
  });

  test('is open to keys that may manage webhooks, and to nobody anonymous', async () => {
    const { tokens } = await newAccount();
    const wish = { name: 'reader', scopes: ['images:read', 'images:write'] };
    const { key } = (await client.as(tokens).post<{ key: string }>('/accounts/keys/', wish)).body;
    const program = client.as({ access: key });
    expect(refusal(await program.get('/api/webhooks/'))).toEqual([403, 'missing_scope']);
    expect(refusal(await program.post('/accounts/webhook-secret/', {}))).toEqual([403, 'missing_scope']);
    expect(refusal(await client.get('/api/webhooks/'))).toEqual([401, 'not_authenticated']);
  });
});

describe('a URL that comes with an upload', () => {
  async function sent(headers: Record<string, string>, url: string): Promise<Response> {
    const body = new FormData();
    body.set('original_image', SMALL_JPEG, 'small.jpg');
    body.set('operations', '[]');
    body.set('webhook_url', url);
    return fetch(`${service.url}/api/images/`, { method: 'POST', body, headers });
  }

  test('is told of that upload, signed with the account’s own secret', async () => {
    const { tokens, member, headers } = await newAccount();
    const told = await receiver();
    expect((await member.get<{ webhook_secret_since: null }>('/accounts/me/')).body.webhook_secret_since).toBeNull();
    const { secret, created_at } = (
      await client.as(tokens).post<{ secret: string; created_at: string }>('/accounts/webhook-secret/', {})
    ).body;
    expect((await member.get<object>('/accounts/me/')).body).toMatchObject({ webhook_secret_since: created_at });
    const hook = await webhook(member, told.url);
    const { detail_url } = (await (await sent(headers, `${told.url}/own`)).json()) as ImageDto;
    const answer = await finalAt<ImageDto>(detail_url, headers);
    await processed(headers);
    const messages = await told.received(3);
    const own = messages.filter(({ path }) => path === '/hook/own');
    expect(own).toHaveLength(1);
    expect(verified<Message>(secret, own[0] as never)).toMatchObject({ type: 'image.completed', data: answer });
    for (const message of messages.filter(({ path }) => path === '/hook')) verified(hook.secret, message);
    const shown = async () => (await member.get<Page>(`/api/images/${answer.id}/deliveries/`)).body.results;
    const deliveries = await until(shown, ([first]) => first?.status === 'delivered');
    expect(deliveries.map(({ id, event }) => [id, event])).toEqual([
      [own[0]?.headers['webhook-id'], 'image.completed'],
    ]);
  });

  test('is kept as it is sent, whatever was typed', async () => {
    const { tokens, headers } = await newAccount();
    const told = await receiver();
    await client.as(tokens).post('/accounts/webhook-secret/', {});
    expect((await sent(headers, `${told.url.replace('http', 'HTTP')}/a\0b`)).status).toBe(201);
    expect((await told.received(1))[0]?.path).toBe('/hook/a%00b');
  });

  test('is refused without a secret, from anonymous callers, to addresses that are closed, and from other keys', async () => {
    const { tokens, headers } = await newAccount();
    const detailOf = async (answer: Response) => {
      const { errors } = (await answer.json()) as Refusal;
      return [answer.status, errors.map(({ pointer }) => pointer), errors[0]?.code, errors[0]?.detail];
    };
    const refused = (code: string, words: string) => [400, ['/webhook_url'], code, expect.stringContaining(words)];
    expect(await detailOf(await sent(headers, 'https://hooks.example.com/'))).toEqual(
      refused('invalid_value', 'an account with a secret'),
    );
    expect(await detailOf(await sent({}, 'https://hooks.example.com/'))).toEqual(
      refused('account_required', 'anonymous callers'),
    );
    expect(await detailOf(await sent(headers, 'https://10.0.0.1/'))).toEqual(
      refused('invalid_value', 'the public internet'),
    );
    const wish = { name: 'writer', scopes: ['images:read', 'images:write'] };
    const { key } = (await client.as(tokens).post<{ key: string }>('/accounts/keys/', wish)).body;
    const other = await sent({ Authorization: `Bearer ${key}` }, 'https://hooks.example.com/');
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([403, 'missing_scope']);
  });
});

test('all of an account goes with it', async () => {
  const { tokens, member } = await newAccount();
  const told = await receiver((response) => response.writeHead(500).end());
  const hook = await webhook(member, told.url);
  await member.post(`/api/webhooks/${hook.id}/test/`, {});
  await told.received(1);
  expect((await client.as(tokens).post('/accounts/delete/', { password: PASSWORD })).status).toBe(204);
  const other = await newAccount();
  const second = await webhook(other.member, told.url);
  service.clock.advance(DAY);
  await other.member.post(`/api/webhooks/${second.id}/test/`, {});
  const messages = await told.received(2);
  expect(verified<{ data: { webhook_id: string } }>(second.secret, messages[1] as never).data.webhook_id).toBe(
    second.id,
  );
});

test('an operator who sends none has no routes for them, and nothing that waits to be sent', async () => {
  const silent = await startService({ WEBHOOKS: 'off', METRICS_PORT: '0' });
  try {
    const caller = new ApiClient(silent.url);
    const member = caller.as(await caller.newAccount('untold'));
    expect(refusal(await member.get('/api/webhooks/'))).toEqual([404, 'webhooks_off']);
    expect(refusal(await member.post('/accounts/webhook-secret/', {}))).toEqual([404, 'webhooks_off']);
    const metrics = await (await fetch(`${metricsUrlOf(silent)}/metrics`)).text();
    expect(metrics).not.toContain('imagepro_webhook_oldest_due_seconds');
  } finally {
    await silent.stop();
  }
});
