import { randomUUID } from 'node:crypto';
import { accountGone } from '../../accounts/domain/errors.ts';
import type { Clock } from '../../shared/clock.ts';
import { webhookProblems } from '../domain/errors.ts';
import { type EndpointWish, MOST_ENDPOINTS, WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { EndpointRepository } from './ports.ts';

/** Makes an endpoint of an account. */
export class CreateEndpoint {
  constructor(
    private readonly endpoints: EndpointRepository,
    private readonly clock: Clock,
  ) {}

  /** To a URL that was checked. @throws too_many_webhooks, invalid_token when the account has been deleted meanwhile */
  async execute(accountId: string, wish: EndpointWish): Promise<WebhookEndpoint> {
    const endpoint = WebhookEndpoint.make(randomUUID(), accountId, wish, this.clock.now());
    const outcome = await this.endpoints.add(endpoint, MOST_ENDPOINTS);
    if (outcome === 'too_many') {
      throw webhookProblems.tooManyWebhooks.error(
        `Expected at most ${MOST_ENDPOINTS} webhooks of one account, received a wish for one more`,
      );
    }
    if (outcome === 'no_account') throw accountGone();
    return endpoint;
  }
}
