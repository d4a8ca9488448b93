import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { allQueuesBeginToEnd } from '../support/ending-queues.ts';
import { Receiver, TO_THIS_MACHINE } from '../support/receiver.ts';
import { startService } from '../support/service.ts';

/** What a shutdown that waits for one queue before it ends the other would never be done in. */
const LIMIT_MS = 40_000;

test(
  'while a receiver is waited for at the end, neither images nor messages are taken up any more',
  async () => {
    const service = await startService({ ...TO_THIS_MACHINE, SHUTDOWN_GRACE_SECONDS: '10' });
    const asked = Promise.withResolvers<ServerResponse>();
    const receiver = await Receiver.listen((response) => asked.resolve(response));
    const client = new ApiClient(service.url);
    const member = client.as(await client.newAccount('told'));
    const wish = { url: receiver.url, events: ['image.completed'] };
    const { id } = (await member.post<{ id: string }>('/api/webhooks/', wish)).body;
    await member.post(`/api/webhooks/${id}/test/`, {});
    const response = await asked.promise;
    const begun = allQueuesBeginToEnd(service);
    const stopped = service.stop();
    await begun;
    // It has not been given up meanwhile: it is answered within the grace.
    expect(response.destroyed).toBe(false);
    response.writeHead(204).end();
    await stopped;
    await receiver.close();
  },
  LIMIT_MS,
);
