import { randomUUID } from 'node:crypto';
import type { Caller } from '../../accounts/domain/caller.ts';
import { shutOutMeanwhile } from '../../accounts/domain/errors.ts';
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

  /** To a URL that was checked. @throws too_many_webhooks, invalid_token when the session or the key has ended meanwhile */
  async execute(caller: Caller, wish: EndpointWish): Promise<WebhookEndpoint> {
    const endpoint = WebhookEndpoint.make(randomUUID(), caller.ownAccountId, wish, this.clock.now());
    const outcome = await this.endpoints.add(endpoint, MOST_ENDPOINTS, caller);
    if (outcome === 'too_many') {
      throw webhookProblems.tooManyWebhooks.error(
        `Expected at most ${MOST_ENDPOINTS} webhooks of one account, received a wish for one more`,
      );
    }
    if (outcome === 'shut_out') throw shutOutMeanwhile();
    return endpoint;
  }
}
