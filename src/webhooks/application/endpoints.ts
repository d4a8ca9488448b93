import type { Caller } from '../../accounts/domain/caller.ts';
import { shutOutMeanwhile } from '../../accounts/domain/errors.ts';
import type { Clock } from '../../shared/clock.ts';
import { expectation } from '../../shared/expectation.ts';
import { isUuid } from '../../shared/uuid.ts';
import { webhookProblems } from '../domain/errors.ts';
import { rotated } from '../domain/signing-secret.ts';
import { type EndpointWish, movedTo, type WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { EndpointRepository } from './ports.ts';

/** Finds one of an account's own endpoints by its id. */
export class FindEndpoint {
  constructor(private readonly endpoints: EndpointRepository) {}

  /** @throws webhook_not_found */
  async execute(accountId: string, id: string): Promise<WebhookEndpoint> {
    const endpoint = isUuid(id) ? await this.endpoints.find(id.toLowerCase()) : null;
    if (endpoint && endpoint.accountId === accountId) return endpoint;
    throw webhookProblems.webhookNotFound.error(expectation('the id of one of your webhooks', 'id', id));
  }
}

/** What can be changed of an endpoint; what is left out stays. */
export interface EndpointChange extends Partial<EndpointWish> {
  readonly disabled?: boolean;
}

/** Changes one of an account's own endpoints. Disabling it ends what is due to it as failed; it can be sent again later. */
export class ChangeEndpoint {
  constructor(
    private readonly find: FindEndpoint,
    private readonly endpoints: EndpointRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * To a URL that was checked, if to another one.
   * @throws webhook_not_found, invalid_token when the session or the key has ended meanwhile
   */
  async execute(caller: Caller, id: string, { disabled, ...wish }: EndpointChange): Promise<WebhookEndpoint> {
    const accountId = caller.ownAccountId;
    const endpoint = await this.find.execute(accountId, id);
    const { url, events, description } = wish;
    const change = {
      ...(url !== undefined && movedTo(endpoint, url)),
      ...(events !== undefined && { events }),
      ...(description !== undefined && { description }),
    };
    const enabled = disabled === false && { disabledAt: null, disabledReason: null, failingSince: null };
    if (!(await this.endpoints.change(endpoint.id, { ...change, ...enabled }, caller))) throw shutOutMeanwhile();
    if (disabled === true)
      await this.endpoints.disable(endpoint.id, { disabledAt: this.clock.now(), disabledReason: 'owner' });
    return this.find.execute(accountId, id);
  }
}

/** Removes one of an account's own endpoints, with its deliveries. */
export class RemoveEndpoint {
  constructor(
    private readonly find: FindEndpoint,
    private readonly endpoints: EndpointRepository,
  ) {}

  /** @throws webhook_not_found */
  async execute(accountId: string, id: string): Promise<void> {
    await this.endpoints.remove((await this.find.execute(accountId, id)).id);
  }
}

/** Gives an endpoint a new secret; the one before signs beside it for a day. */
export class RotateSecret {
  constructor(
    private readonly find: FindEndpoint,
    private readonly endpoints: EndpointRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws webhook_not_found, invalid_token when the session or the key has ended meanwhile */
  async execute(caller: Caller, id: string): Promise<WebhookEndpoint> {
    for (;;) {
      const endpoint = await this.find.execute(caller.ownAccountId, id);
      const next = rotated(endpoint, this.clock.now());
      const outcome = await this.endpoints.rotate(endpoint.id, endpoint.secret, next, caller);
      if (outcome === 'rotated') return Object.assign(endpoint, next);
      if (outcome === 'shut_out') throw shutOutMeanwhile();
      // Another request has rotated it meanwhile: each gets a secret of its own, and the latest two sign.
    }
  }
}
