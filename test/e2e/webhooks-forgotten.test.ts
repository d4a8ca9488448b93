import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { forgotten } from '../support/kept-deliveries.ts';
import { profileEnvironment } from '../support/profile.ts';
import { Receiver, TO_THIS_MACHINE } from '../support/receiver.ts';
import { type Service, startService } from '../support/service.ts';
import { TestClock } from '../support/test-clock.ts';
import { until } from '../support/until.ts';

const DAY = 24 * 3600;

let receiver: Receiver;
let dataDir: string;
beforeEach(async () => {
  receiver = await Receiver.listen((response, n) => response.writeHead(n === 1 ? 410 : 503).end());
  dataDir = await mkdtemp(join(tmpdir(), 'imagepro-test-'));
});
afterEach(async () => {
  await receiver.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** A delivery that is replayed on its sixth day, and is due still on its eighth. */
async function dueAtLast({ url, clock }: Service): Promise<string> {
  const client = new ApiClient(url);
  const tokens = await client.newAccount('told');
  const { key } = (
    await client.as(tokens).post<{ key: string }>('/accounts/keys/', { name: 'test', scopes: ['webhooks:manage'] })
  ).body;
  const member = client.as({ access: key });
  const { id } = (
    await member.post<{ id: string }>('/api/webhooks/', { url: receiver.url, events: ['image.completed'] })
  ).body;
  const test = (await member.post<{ id: string }>(`/api/webhooks/${id}/test/`, {})).body;
  await until(
    async () => (await member.get<{ disabled: boolean }>(`/api/webhooks/${id}/`)).body,
    ({ disabled }) => disabled,
  );
  clock.advance(6 * DAY);
  await member.send(`/api/webhooks/${id}/`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ disabled: false }),
  });
  await member.post(`/api/webhooks/${id}/deliveries/${test.id}/replay/`, {});
  // Written down, and to be tried again: what is asked for next is the next try.
  const path = `/api/webhooks/${id}/deliveries/`;
  const tries = async () => (await member.get<{ results: { attempts: object[] }[] }>(path)).body.results[0]?.attempts;
  await until(tries, (made) => made?.length === 2);
  clock.advance(2 * DAY);
  return test.id;
}

test('what is due is tried after seven days too; where webhooks are off, nothing old is kept', async () => {
  const clock = new TestClock();
  const environment = {
    ...(await profileEnvironment(dataDir)),
    ...TO_THIS_MACHINE,
    DATA_DIR: dataDir,
    SWEEP_SECONDS: '1',
    THROTTLE_AUTHENTICATED_PER_MINUTE: '10000',
  };
  const service = await startService(environment, clock);
  const id = await dueAtLast(service);
  await receiver.received(3);
  await service.halt();
  const silent = await startService({ ...environment, WEBHOOKS: 'off' }, clock);
  await forgotten(silent, id);
  await silent.stop();
  expect(receiver.messages).toHaveLength(3);
});
