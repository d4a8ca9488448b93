import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { execute } from '../support/database-rows.ts';
import { Receiver, TO_THIS_MACHINE, verified } from '../support/receiver.ts';
import { type Service, startService } from '../support/service.ts';

/** Seconds that a receiver which never answers takes up a send: longer than this test. */
const NEVER = '60';

let service: Service;
let client: ApiClient;
let floods = 0;
const receivers: Receiver[] = [];
beforeAll(async () => {
  service = await startService({
    ...TO_THIS_MACHINE,
    WEBHOOK_TIMEOUT_SECONDS: NEVER,
    SWEEP_SECONDS: '1',
    SHUTDOWN_GRACE_SECONDS: '1',
  });
  client = new ApiClient(service.url);
});
afterAll(async () => {
  for (const receiver of receivers) await receiver.close();
  await service.stop();
});

/** Makes of the deliveries of an endpoint many more that are due, each to the host that this expression of `n` gives. */
async function flood(endpointId: string, count: number, destination = 'destination'): Promise<void> {
  floods += 1;
  const uuid = `'00000000-0000-4000-8000-${String(floods).padStart(7, '0')}' || n`;
  await execute(
    service.settings,
    `insert into webhook_deliveries (id, account_id, endpoint_id, subject_id, event, destination, url, body, status,
      attempt, tries, attempts, next_attempt_at, held_until, created_at)
    with recursive numbers(n) as (select 10000 union all select n + 1 from numbers where n < ${9999 + count})
    select ${service.settings.deployment.databaseUrl ? `(${uuid})::uuid` : uuid}, account_id, endpoint_id, subject_id,
      event, ${destination}, url, body, 'due', 0, 0, attempts, created_at, null, created_at
    from webhook_deliveries, numbers where endpoint_id = '${endpointId}'`,
  );
}

/** An endpoint of a new account. */
async function hookOf(name: string, url: string) {
  const member = client.as(await client.newAccount(name));
  const wish = { url, events: ['image.completed'] };
  const { id, secret } = (await member.post<{ id: string; secret: string }>('/api/webhooks/', wish)).body;
  return { id, secret, sendTest: () => member.post(`/api/webhooks/${id}/test/`, {}) };
}

async function receiver(...args: Parameters<typeof Receiver.listen>): Promise<Receiver> {
  const listening = await Receiver.listen(...args);
  receivers.push(listening);
  return listening;
}

test('ten thousand events that are due to an endpoint which never answers hold up no other endpoint', async () => {
  const [dead, alive] = [await receiver(() => undefined), await receiver()];
  const [flooded, hook] = [await hookOf('flooded', dead.url), await hookOf('dry', alive.url)];
  await flooded.sendTest();
  await flood(flooded.id, 10_000);
  // As many as may be sent there at once are on their way, and stay so.
  await dead.received(4);
  await hook.sendTest();
  const [message] = await alive.received(1);
  expect(verified(hook.secret, message as never)).toMatchObject({ type: 'webhook.test' });
  expect(dead.messages).toHaveLength(4);
});

test('ten thousand events that are due at the same host hold up no other account', async () => {
  const shared = await receiver((response, _n, { url }) => void (url === '/alive' && response.writeHead(204).end()));
  const flooded = await hookOf('flooded2', shared.url);
  const hook = await hookOf('neighbour', new URL('/alive', shared.url).href);
  await flooded.sendTest();
  await flood(flooded.id, 10_000);
  await shared.received(4);
  await hook.sendTest();
  const messages = await shared.received(5);
  expect(messages.map(({ path }) => path)).toEqual(['/hook', '/hook', '/hook', '/hook', '/alive']);
});

test('events of one account that are due to a thousand hosts which never answer hold up no other account', async () => {
  const [dead, alive] = [await receiver(() => undefined), await receiver()];
  const [flooded, hook] = [await hookOf('flooded3', dead.url), await hookOf('dry3', alive.url)];
  await flooded.sendTest();
  await flood(flooded.id, 1000, "'host' || n || '.example:443'");
  await dead.received(32);
  await hook.sendTest();
  await alive.received(1);
  expect(dead.messages).toHaveLength(32);
});
