import type { EntityManager } from '@mikro-orm/core';
import { Account } from '../../../accounts/domain/account.ts';
import type { Credential } from '../../../accounts/domain/caller.ts';
import { lockLetIn } from '../../../accounts/infrastructure/sql/lock-let-in.ts';
import { EndpointRepository } from '../../application/ports.ts';
import type { SigningSecret } from '../../domain/signing-secret.ts';
import { WebhookDelivery } from '../../domain/webhook-delivery.ts';
import { type EndpointHealth, type SeenOfEndpoint, WebhookEndpoint } from '../../domain/webhook-endpoint.ts';
import { AccountWebhookSecret } from './webhook.schema.ts';

/** Endpoints in the database. Each method is one statement or one transaction, on an entity manager of its own. */
export class MikroOrmEndpointRepository extends EndpointRepository {
  constructor(private readonly em: EntityManager) {
    super();
  }

  /** Those who add to one account wait for each other, and so do they and whoever deletes it or shuts it out. */
  add(endpoint: WebhookEndpoint, most: number, by: Credential): ReturnType<EndpointRepository['add']> {
    return this.em.fork().transactional(async (em) => {
      const { accountId } = endpoint;
      if (!(await lockLetIn(em, by))) return 'shut_out';
      if ((await em.count(WebhookEndpoint, { accountId })) >= most) return 'too_many';
      await em.insert(WebhookEndpoint, endpoint);
      return 'added';
    });
  }

  async find(id: string): Promise<WebhookEndpoint | null> {
    const em = this.em.fork();
    const endpoint = await em.findOne(WebhookEndpoint, { id });
    return endpoint && ((await em.count(Account, { id: endpoint.accountId })) === 1 ? endpoint : null);
  }

  listOf(accountId: string): Promise<WebhookEndpoint[]> {
    return this.em.fork().find(WebhookEndpoint, { accountId }, { orderBy: { createdAt: 'desc', id: 'desc' } });
  }

  change(id: string, change: Partial<WebhookEndpoint>, by: Credential): Promise<boolean> {
    return this.em.fork().transactional(async (em) => {
      if (!(await lockLetIn(em, by))) return false;
      if (Object.keys(change).length === 0) return true;
      await em.nativeUpdate(WebhookEndpoint, { id }, change);
      const { destination } = change;
      const due = { endpointId: id, status: 'due' as const };
      if (destination !== undefined) await em.nativeUpdate(WebhookDelivery, due, { destination });
      return true;
    });
  }

  async disable(id: string, change: Partial<WebhookEndpoint>): Promise<void> {
    await this.em.fork().transactional(async (em) => {
      await em.nativeUpdate(WebhookEndpoint, { id, disabledAt: null }, change);
      await endWhatIsDue(em, id);
    });
  }

  note(id: string, seen: SeenOfEndpoint, change: EndpointHealth): Promise<boolean> {
    return this.em.fork().transactional(async (em) => {
      if ((await em.nativeUpdate(WebhookEndpoint, { id, disabledAt: null, ...seen }, change)) === 0) return false;
      if (change.disabledAt) await endWhatIsDue(em, id);
      return true;
    });
  }

  rotate(id: string, present: string, next: SigningSecret, by: Credential): ReturnType<EndpointRepository['rotate']> {
    return this.em.fork().transactional(async (em) => {
      if (!(await lockLetIn(em, by))) return 'shut_out';
      return (await em.nativeUpdate(WebhookEndpoint, { id, secret: present }, next)) === 1 ? 'rotated' : 'changed';
    });
  }

  async remove(id: string): Promise<void> {
    await this.em.fork().transactional(async (em) => {
      await em.nativeDelete(WebhookEndpoint, { id });
      await em.nativeDelete(WebhookDelivery, { endpointId: id });
    });
  }

  async removeAllOf(accountId: string): Promise<void> {
    await this.em.fork().transactional(async (em) => {
      for (const kept of [WebhookEndpoint, AccountWebhookSecret, WebhookDelivery])
        await em.nativeDelete(kept as typeof WebhookEndpoint, { accountId });
    });
  }
}

async function endWhatIsDue(em: EntityManager, endpointId: string): Promise<void> {
  const ended = { status: 'failed' as const, nextAttemptAt: null, scheduledAt: null, heldUntil: null };
  await em.nativeUpdate(WebhookDelivery, { endpointId, status: 'due' }, ended);
}
