import { Problem } from '../../shared/application-error.ts';
import { KEPT_DAYS } from './webhook-delivery.ts';
import { HOPELESS_DAYS, MOST_ENDPOINTS } from './webhook-endpoint.ts';

/** The problems of webhooks. */
export const webhookProblems = {
  webhooksOff: new Problem({
    code: 'webhooks_off',
    kind: 'not_found',
    title: 'There are no webhooks here',
    meaning: 'The operator of this service has switched webhooks off.',
    remedy: 'Ask the operator, or wait for images with `Prefer: wait` or their event stream.',
  }),
  webhookNotFound: new Problem({
    code: 'webhook_not_found',
    kind: 'not_found',
    title: 'There is no such webhook',
    meaning: 'The endpoint has been deleted, or it belongs to someone else.',
    remedy: 'List your endpoints at `/api/webhooks/`.',
  }),
  deliveryNotFound: new Problem({
    code: 'delivery_not_found',
    kind: 'not_found',
    title: 'There is no such delivery',
    meaning: `No delivery of this endpoint has this id, or it is older than ${KEPT_DAYS} days.`,
    remedy: "List the endpoint's deliveries at `/api/webhooks/{id}/deliveries/`.",
  }),
  tooManyWebhooks: new Problem({
    code: 'too_many_webhooks',
    kind: 'conflict',
    title: 'The account has as many webhooks as it may',
    meaning: `An account may have ${MOST_ENDPOINTS} endpoints, disabled ones included.`,
    remedy: 'Delete one that is not used, or change its URL and events.',
  }),
  webhookDisabled: new Problem({
    code: 'webhook_disabled',
    kind: 'conflict',
    title: 'The webhook is disabled',
    meaning: `Nothing is sent to an endpoint that its owner has disabled, that has answered 410, or to which nothing could be delivered for ${HOPELESS_DAYS} days.`,
    remedy: 'Enable it with `PATCH` and `"disabled": false`, then send again.',
  }),
  deliveryDue: new Problem({
    code: 'delivery_due',
    kind: 'conflict',
    title: 'The delivery is on its way still',
    meaning: 'Only a delivery that has ended, delivered or failed, can be sent again.',
    remedy: 'Wait for its `next_attempt_at`.',
  }),
};
