import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiClient, PASSWORD, type TokenPair } from '../support/api-client.ts';
import { BatchesApi } from '../support/batches-api.ts';
import { ImagesApi } from '../support/images-api.ts';
import {
  eraseLeftovers,
  removeAccountAlone,
  stopSending,
  tablesNaming,
  withoutRemovals,
} from '../support/inside-service.ts';
import { pauseWork, resumeWork, workOn } from '../support/paused-work.ts';
import { Receiver, TO_THIS_MACHINE } from '../support/receiver.ts';
import { type Service, startService } from '../support/service.ts';
import { SMALL_JPEG } from '../support/upload.ts';
import { untilWaiting } from '../support/waiting.ts';

const picture = new Uint8Array(await SMALL_JPEG.arrayBuffer());
const FILES = ['one.jpg', 'two.jpg'].map((name) => ({ name, bytes: picture }));

let service: Service;
let tokens: TokenPair;
let member: ApiClient;
let images: ImagesApi;
let batches: BatchesApi;
let members = 0;
beforeAll(async () => {
  const limit = '10000';
  const limits = { THROTTLE_AUTHENTICATED_PER_MINUTE: limit, THROTTLE_ANONYMOUS_PER_MINUTE: limit };
  service = await startService({ ...TO_THIS_MACHINE, ...limits });
});
beforeEach(async () => {
  members += 1;
  const client = new ApiClient(service.url);
  tokens = await client.newAccount(`leaver${members}`);
  member = client.as(tokens);
  images = new ImagesApi(service, tokens);
  batches = new BatchesApi(service, tokens);
});
afterAll(() => service.stop());

async function accountId(): Promise<string> {
  return (await member.get<{ id: string }>('/accounts/me/')).body.id;
}

async function webhookTo({ url }: Receiver, of = member): Promise<string> {
  return (await of.post<{ id: string }>('/api/webhooks/', { url, events: ['image.completed'] })).body.id;
}

/** Gives the account some of everything. */
async function settleIn(receiver: Receiver): Promise<void> {
  await member.post('/accounts/keys/', { name: 'import', scopes: ['images:read'] });
  await member.send('/api/presets/web/', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ operations: [] }),
  });
  await images.process(picture);
  await batches.process(FILES);
  await member.post('/accounts/webhook-secret/', {});
  await webhookTo(receiver);
}

describe('the deletion of an account', () => {
  test('is gone on with where the store of files was away, and all but files is gone at once', async () => {
    const receiver = await Receiver.listen();
    const id = await accountId();
    await settleIn(receiver);
    expect((await tablesNaming(service, id)).length).toBeGreaterThan(8);
    await withoutRemovals(service, async () => {
      expect((await member.post('/accounts/delete/', { password: PASSWORD })).status).toBe(503);
    });
    expect(await tablesNaming(service, id)).toEqual(['removed_accounts']);
    await eraseLeftovers(service);
    expect([await tablesNaming(service, id), await service.storedFiles()]).toEqual([[], []]);
    await receiver.close();
  });

  test('is gone on with where the process was killed, and no webhook is sent for it meanwhile', async () => {
    const receiver = await Receiver.listen();
    const id = await accountId();
    await settleIn(receiver);
    await pauseWork(service);
    const waiting = await images.submit(picture);
    await removeAccountAlone(service, id);
    await workOn(service, waiting.id);
    // What is due there goes in its turn: this one is due last.
    const other = new ApiClient(service.url).as(await new ApiClient(service.url).newAccount(`other${members}`));
    await other.post(`/api/webhooks/${await webhookTo(receiver, other)}/test/`, {});
    await receiver.received(1);
    await stopSending(service);
    expect((await receiver.received(1)).map(({ body }) => JSON.parse(body).type)).toEqual(['webhook.test']);
    await eraseLeftovers(service);
    expect([await tablesNaming(service, id), await service.storedFiles()]).toEqual([[], []]);
    await resumeWork(service);
    await receiver.close();
  });
});

describe('while the store of files is away, the deletion', () => {
  const key = { 'Idempotency-Key': 'the key of an upload that is deleted' };

  test('of an image wakes who waits for it, and frees its idempotency key', async () => {
    await pauseWork(service);
    const send = async () => {
      const form = new FormData();
      form.append('original_image', SMALL_JPEG, 'a.jpg');
      form.append('operations', '[]');
      const answer = await images.post(form, key);
      return { status: answer.status, id: ((await answer.json()) as { id: string }).id };
    };
    const { id } = await send();
    const waiter = images.get(`${id}/`, { Prefer: 'wait=30' });
    await untilWaiting(service, 1);
    await withoutRemovals(service, async () => expect((await images.remove(id)).status).toBe(503));
    expect((await waiter).status).toBe(404);
    const again = await send();
    expect([again.status, again.id === id]).toEqual([201, false]);
    await resumeWork(service);
  });

  test('of a batch wakes who waits for it, and frees its idempotency key', async () => {
    await pauseWork(service);
    const { id } = await batches.submit(FILES, [], key);
    const waiter = batches.get(`${id}/`, { Prefer: 'wait=30' });
    await untilWaiting(service, 1);
    await withoutRemovals(service, async () => expect((await batches.get(`${id}/`, {}, 'DELETE')).status).toBe(503));
    expect((await waiter).status).toBe(404);
    expect((await batches.submit(FILES, [], key)).id).not.toBe(id);
    await resumeWork(service);
  });
});
