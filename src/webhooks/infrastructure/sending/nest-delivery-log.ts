import { Logger } from '@nestjs/common';
import type { Metrics } from '../../../telemetry/metrics.ts';
import { DeliveryLog } from '../../application/ports.ts';
import type { Settled, WebhookDelivery } from '../../domain/webhook-delivery.ts';
import type { WebhookEndpoint } from '../../domain/webhook-endpoint.ts';

/** One line a try in the service's log, and one more in its metrics. */
export class NestDeliveryLog extends DeliveryLog {
  private readonly logger = new Logger('Webhooks');

  constructor(private readonly metrics: Metrics) {
    super();
  }

  settled(delivery: WebhookDelivery, { status, tries, attempts }: Settled): void {
    const { statusCode, error, milliseconds } = attempts.at(-1) ?? {};
    const { id, endpointId, accountId, subjectId, event } = delivery;
    const subject = subjectId !== null && { [event === 'batch.completed' ? 'batch' : 'job']: subjectId };
    const names = { delivery: id, webhook: endpointId ?? undefined, account: accountId, ...subject };
    const line = { ...names, event, status, tries, status_code: statusCode, error, ms: milliseconds };
    this.metrics.webhookTries.inc({ outcome: status === 'due' ? 'retried' : status });
    this.logger.log(line, `Delivery ${id}, try ${tries}: ${statusCode ?? error}, ${status}`);
  }

  disabled({ id, accountId, destination }: WebhookEndpoint, reason: string): void {
    this.logger.warn({ webhook: id, account: accountId, destination, reason }, `Webhook ${id} is disabled: ${reason}`);
  }
}
