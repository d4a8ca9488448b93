import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { execute } from '../support/database-rows.ts';
import { Receiver, TO_THIS_MACHINE, verified } from '../support/receiver.ts';
import { type Service, startService } from '../support/service.ts';

/** Seconds that a receiver which never answers takes up a send: longer than this test. */
const NEVER = '60';

let service: Service;
const receivers: Receiver[] = [];
beforeAll(async () => {
  service = await startService({
    ...TO_THIS_MACHINE,
    WEBHOOK_TIMEOUT_SECONDS: NEVER,
    SWEEP_SECONDS: '1',
    SHUTDOWN_GRACE_SECONDS: '1',
  });
});
afterAll(async () => {
  for (const receiver of receivers) await receiver.close();
  await service.stop();
});

/** Makes of each delivery ten thousand that are due. */
const FLOOD = `insert into webhook_deliveries (id, account_id, endpoint_id, subject_id, event, destination, url, body, status,
    attempt, tries, attempts, next_attempt_at, held_until, created_at)
  with recursive numbers(n) as (select 10000 union all select n + 1 from numbers where n < 19999)
  select PREFIX, account_id, endpoint_id, subject_id, event, destination, url, body, 'due', 0, 0, attempts, created_at, null,
    created_at from webhook_deliveries, numbers`;

test('ten thousand events that are due to an endpoint which never answers hold up no other endpoint', async () => {
  const [dead, alive] = [await Receiver.listen(() => undefined), await Receiver.listen()];
  receivers.push(dead, alive);
  const client = new ApiClient(service.url);
  const member = client.as(await client.newAccount('flooded'));
  const made = async ({ url }: Receiver) =>
    (await member.post<{ id: string; secret: string }>('/api/webhooks/', { url, events: ['image.completed'] })).body;
  const [flooded, hook] = [await made(dead), await made(alive)];
  await member.post(`/api/webhooks/${flooded.id}/test/`, {});
  const uuid = service.settings.deployment.databaseUrl
    ? "('00000000-0000-4000-8000-0000000' || n)::uuid"
    : "'00000000-0000-4000-8000-0000000' || n";
  await execute(service.settings, FLOOD.replace('PREFIX', uuid));
  // As many as may be sent there at once are on their way, and stay so.
  await dead.received(4);
  await member.post(`/api/webhooks/${hook.id}/test/`, {});
  const [message] = await alive.received(1);
  expect(verified(hook.secret, message as never)).toMatchObject({ type: 'webhook.test' });
  expect(dead.messages).toHaveLength(4);
});
