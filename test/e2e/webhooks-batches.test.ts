import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { BatchDto } from '../support/answers.ts';
import { ApiClient, type TokenPair } from '../support/api-client.ts';
import { BatchesApi, batchForm, type SentFile } from '../support/batches-api.ts';
import { pauseWork, resumeWork, workOn } from '../support/paused-work.ts';
import { image, photograph } from '../support/pictures.ts';
import { Receiver, TO_THIS_MACHINE, verified } from '../support/receiver.ts';
import { type Service, startService } from '../support/service.ts';

interface Message {
  readonly type: string;
  readonly timestamp: string;
  readonly data: BatchDto;
}

interface Deliveries {
  readonly results: { readonly id: string; readonly event: string; readonly status: string }[];
}

const jpeg = await image(photograph(60, 45)).jpeg().toBuffer();
const FILES: SentFile[] = [
  { name: 'one.jpg', bytes: jpeg },
  { name: 'dance.gif', bytes: await image(photograph(8, 8)).gif().toBuffer() },
  { name: 'cut.jpg', bytes: jpeg.subarray(0, Math.floor(jpeg.length / 2)) },
  { name: 'two.jpg', bytes: jpeg },
];

let service: Service;
let client: ApiClient;
const receivers: Receiver[] = [];
beforeAll(async () => {
  service = await startService({ ...TO_THIS_MACHINE, THROTTLE_AUTHENTICATED_PER_MINUTE: '10000', SWEEP_SECONDS: '1' });
  client = new ApiClient(service.url);
});
afterEach(() => resumeWork(service));
afterAll(async () => {
  await service.stop();
  for (const receiver of receivers) await receiver.close();
});

/** An account whose endpoint is told of batches, and of tests. */
async function told(username: string) {
  const tokens = await client.newAccount(username);
  const receiver = await Receiver.listen();
  receivers.push(receiver);
  const member = client.as(tokens);
  const wish = { url: receiver.url, events: ['batch.completed'] };
  const { body: hook } = await member.post<{ id: string; secret: string }>('/api/webhooks/', wish);
  return { tokens, member, receiver, hook, batches: new BatchesApi(service, tokens) };
}

const idsOf = ({ images }: BatchDto) => images.flatMap(({ detail_url: url }) => url?.split('/').at(-2) ?? []);

test('a batch is told of when all its images have ended, as its resource then is', async () => {
  const { batches, receiver, hook } = await told('batcher');
  const done = await batches.process(FILES);
  expect(done).toMatchObject({ status: 'completed', completed: 2, failed: 1, refused: 1 });
  const [message] = await receiver.received(1);
  expect(verified<Message>(hook.secret, message as never)).toEqual({
    type: 'batch.completed',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    data: done,
  });
});

test('a batch whose last image is deleted while it waits is told of, and not again when others are', async () => {
  const { batches, member, receiver, hook } = await told('canceller');
  await pauseWork(service);
  const [lonely = ''] = idsOf(await batches.submit(FILES.slice(0, 2)));
  const batch = await batches.submit(FILES);
  const [first = '', second = '', third = ''] = idsOf(batch);
  for (const id of [first, second]) await workOn(service, id);
  const erase = async (id: string) => expect((await member.delete(`/api/images/${id}/`)).status).toBe(204);
  // Of a batch that has lost its only image there is nothing to tell.
  for (const id of [lonely, third]) await erase(id);
  const [message] = await receiver.received(1);
  const shown = await batches.show(batch.id);
  expect(shown).toMatchObject({ status: 'completed', total: 3, completed: 1, failed: 1, refused: 1 });
  expect(verified<Message>(hook.secret, message as never).data).toEqual(shown);
  for (const id of [first, second]) await erase(id);
  await member.post(`/api/webhooks/${hook.id}/test/`, {});
  const all = await receiver.received(2);
  expect(all.map((one) => verified<Message>(hook.secret, one).type)).toEqual(['batch.completed', 'webhook.test']);
});

test('a URL that comes with a batch is told of its images and of itself, and each image lists both', async () => {
  const { tokens, member, receiver } = await told('bringer');
  const { secret } = (await member.post<{ secret: string }>('/accounts/webhook-secret/', {})).body;
  const form = batchForm(FILES.slice(2));
  form.set('webhook_url', `${receiver.url}/own`);
  const answer = await new BatchesApi(service, tokens as TokenPair).post(form, { Prefer: 'wait=30' });
  expect(answer.status).toBe(201);
  const batch = (await answer.json()) as BatchDto;
  const own = (await receiver.received(4)).filter(({ path }) => path === '/hook/own');
  const messages = own.map((message) => verified<Message>(secret, message));
  const [cut = '', whole = ''] = idsOf(batch);
  expect(messages.map(({ type, data }) => `${type} ${data.id}`).sort()).toEqual([
    ...[`batch.completed ${batch.id}`, `image.completed ${whole}`, `image.failed ${cut}`],
  ]);
  for (const [id, event] of [
    [cut, 'image.failed'],
    [whole, 'image.completed'],
  ]) {
    const { results } = (await member.get<Deliveries>(`/api/images/${id}/deliveries/`)).body;
    expect(results.map((delivery) => delivery.event).sort()).toEqual(['batch.completed', event]);
  }
});
