import { EntitySchema } from '@mikro-orm/core';
import { WebhookDelivery } from '../../domain/webhook-delivery.ts';
import { WebhookEndpoint } from '../../domain/webhook-endpoint.ts';

/** The secret of an account's uploads that bring a URL of their own. */
export class AccountWebhookSecret {
  constructor(
    readonly accountId: string,
    readonly secret: string,
    readonly previousSecret: string | null,
    readonly previousSecretUntil: Date | null,
    readonly createdAt: Date,
  ) {}
}

const SECRET = {
  secret: { type: 'string', length: 64 },
  previousSecret: { type: 'string', length: 64, nullable: true },
  previousSecretUntil: { type: 'datetime', length: 3, nullable: true },
} as const;

export const WebhookEndpointSchema = new EntitySchema<WebhookEndpoint>({
  class: WebhookEndpoint as never,
  tableName: 'webhook_endpoints',
  properties: {
    id: { type: 'uuid', primary: true },
    accountId: { type: 'uuid', index: true },
    url: { type: 'text' },
    destination: { type: 'text' },
    events: { type: 'json' },
    description: { type: 'text', nullable: true },
    ...SECRET,
    createdAt: { type: 'datetime', length: 3 },
    disabledAt: { type: 'datetime', length: 3, nullable: true },
    disabledReason: { type: 'string', length: 16, nullable: true },
    failingSince: { type: 'datetime', length: 3, nullable: true },
  },
});

export const WebhookDeliverySchema = new EntitySchema<WebhookDelivery>({
  class: WebhookDelivery as never,
  tableName: 'webhook_deliveries',
  indexes: [
    { properties: ['accountId', 'destination', 'nextAttemptAt'] },
    { properties: ['accountId', 'destination', 'heldUntil'] },
    { properties: ['endpointId', 'createdAt', 'id'] },
  ],
  properties: {
    id: { type: 'uuid', primary: true },
    accountId: { type: 'uuid' },
    endpointId: { type: 'uuid', nullable: true },
    subjectId: { type: 'uuid', nullable: true, index: true },
    event: { type: 'string', length: 32 },
    destination: { type: 'text' },
    url: { type: 'text', nullable: true },
    body: { type: 'text' },
    status: { type: 'string', length: 16 },
    attempt: { type: 'integer' },
    tries: { type: 'integer' },
    attempts: { type: 'json' },
    nextAttemptAt: { type: 'datetime', length: 3, nullable: true, index: true },
    scheduledAt: { type: 'datetime', length: 3, nullable: true, index: true },
    heldUntil: { type: 'datetime', length: 3, nullable: true },
    createdAt: { type: 'datetime', length: 3, index: true },
  },
});

export const AccountWebhookSecretSchema = new EntitySchema<AccountWebhookSecret>({
  class: AccountWebhookSecret as never,
  tableName: 'webhook_secrets',
  properties: {
    accountId: { type: 'uuid', primary: true },
    ...SECRET,
    createdAt: { type: 'datetime', length: 3 },
  },
});
