import { randomUUID } from 'node:crypto';
import { WebhookDelivery } from '../../src/webhooks/domain/webhook-delivery.ts';
import { WebhookEndpoint } from '../../src/webhooks/domain/webhook-endpoint.ts';
import { WEBHOOK_EVENT_NAMES } from '../../src/webhooks/domain/webhook-event.ts';
import { NOW } from './jobs.ts';

/** An endpoint of this account. */
export function endpoint(
  accountId: string,
  url = `https://${randomUUID()}.example/`,
  createdAt = NOW,
): WebhookEndpoint {
  return WebhookEndpoint.make(
    randomUUID(),
    accountId,
    { url, events: WEBHOOK_EVENT_NAMES, description: null },
    createdAt,
  );
}

/** A test message that is due to the endpoint. */
export function delivery({ id: endpointId, accountId, destination }: WebhookEndpoint, now = NOW): WebhookDelivery {
  const message = { id: randomUUID(), accountId, endpointId, event: 'webhook.test', destination, body: '{}' } as const;
  return WebhookDelivery.due(message, now);
}
