/** What an endpoint can be told of, each with when it happens. */
export const WEBHOOK_EVENTS = {
  'image.completed': 'a result can be downloaded',
  'image.failed': 'an image has ended without a result',
  'image.expired': 'a download window is over, and the result is erased',
  'batch.completed': 'every image of a batch has ended',
} as const;

/** An event that an endpoint subscribes to. */
export type WebhookEvent = keyof typeof WEBHOOK_EVENTS;

export const WEBHOOK_EVENT_NAMES = Object.keys(WEBHOOK_EVENTS) as WebhookEvent[];

/** An event that needs no subscription: its owner asks for it. */
export const TEST_EVENT = 'webhook.test';

export type DeliveredEvent = WebhookEvent | typeof TEST_EVENT;

/** The body of a message, frozen: every try sends these bytes. `data` is the resource as the API showed it then. */
export function eventBody(type: DeliveredEvent, timestamp: Date, data: object): string {
  return JSON.stringify({ type, timestamp: timestamp.toISOString(), data });
}
