import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { expectation } from '../../shared/expectation.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import type { TaskQueue } from '../../shared/tasks/task-queue.ts';
import { isUuid } from '../../shared/uuid.ts';
import { webhookProblems } from '../domain/errors.ts';
import type { Lane } from '../domain/lane.ts';
import { WebhookDelivery } from '../domain/webhook-delivery.ts';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import { eventBody, TEST_EVENT } from '../domain/webhook-event.ts';
import type { FindEndpoint } from './endpoints.ts';
import type { DeliveryRepository } from './ports.ts';
import { wakeLane } from './wake-lane.ts';

/** Lists what was sent to an endpoint, or is to be, newest first. */
export class ListDeliveries {
  constructor(
    private readonly find: FindEndpoint,
    private readonly deliveries: DeliveryRepository,
  ) {}

  /** @throws webhook_not_found */
  async execute(accountId: string, endpointId: string, request: PageRequest): Promise<Page<WebhookDelivery>> {
    const { id } = await this.find.execute(accountId, endpointId);
    return pageOf(request, (limit) => this.deliveries.listOf(id, { ...request, limit }));
  }
}

/** Sends an endpoint something to try it with. */
export class SendTest {
  constructor(
    private readonly find: FindEndpoint,
    private readonly deliveries: DeliveryRepository,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
  ) {}

  /** @throws webhook_not_found, webhook_disabled */
  async execute(accountId: string, endpointId: string): Promise<WebhookDelivery> {
    const endpoint = await this.find.execute(accountId, endpointId);
    assertEnabled(endpoint);
    const { id, destination, description } = endpoint;
    const now = this.clock.now();
    const body = eventBody(TEST_EVENT, now, { webhook_id: id, description });
    const message = { id: randomUUID(), accountId, endpointId: id, event: TEST_EVENT, destination, body } as const;
    const delivery = WebhookDelivery.due(message, now);
    await this.deliveries.add(delivery);
    await wake(this.queue, endpoint, now);
    return delivery;
  }
}

/** Sends a delivery that has ended once more, under its id, by the schedule from its beginning. */
export class ReplayDelivery {
  constructor(
    private readonly find: FindEndpoint,
    private readonly deliveries: DeliveryRepository,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
  ) {}

  /** @throws webhook_not_found, delivery_not_found, webhook_disabled, delivery_due */
  async execute(accountId: string, endpointId: string, id: string): Promise<WebhookDelivery> {
    const endpoint = await this.find.execute(accountId, endpointId);
    const delivery = await this.deliveryOf(endpoint, id);
    assertEnabled(endpoint);
    const now = this.clock.now();
    if (!(await this.deliveries.replay(delivery.id, endpoint.destination, now))) {
      throw webhookProblems.deliveryDue.error(
        'Expected a delivery that is delivered or failed, received one that is due',
      );
    }
    await wake(this.queue, endpoint, now);
    return this.deliveryOf(endpoint, id);
  }

  private async deliveryOf(endpoint: WebhookEndpoint, id: string): Promise<WebhookDelivery> {
    const delivery = isUuid(id) ? await this.deliveries.find(id.toLowerCase()) : null;
    if (delivery?.endpointId === endpoint.id) return delivery;
    throw webhookProblems.deliveryNotFound.error(expectation('the id of a delivery of this webhook', 'delivery', id));
  }
}

function assertEnabled({ disabledAt, disabledReason }: WebhookEndpoint): void {
  if (disabledAt === null) return;
  const when = disabledAt.toISOString();
  throw webhookProblems.webhookDisabled.error(
    `Expected a webhook that is enabled, received one that is disabled (${disabledReason}) since ${when}`,
  );
}

/** The sweep finds what is lost here. */
async function wake(queue: TaskQueue, lane: Lane, now: Date): Promise<void> {
  await wakeLane(queue, lane, now).catch(() => undefined);
}
