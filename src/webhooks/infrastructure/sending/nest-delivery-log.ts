import { Logger } from '@nestjs/common';
import type { Metrics } from '../../../telemetry/metrics.ts';
import { DeliveryLog } from '../../application/ports.ts';
import type { SendOutcome, Settled, WebhookDelivery } from '../../domain/webhook-delivery.ts';
import type { WebhookEndpoint } from '../../domain/webhook-endpoint.ts';

/** One line a try in the service's log, and one more in its metrics. */
export class NestDeliveryLog extends DeliveryLog {
  private readonly logger = new Logger('Webhooks');

  constructor(private readonly metrics: Metrics) {
    super();
  }

  settled(delivery: WebhookDelivery, { status, tries, attempts }: Settled): void {
    const { statusCode, error, milliseconds } = attempts.at(-1) ?? {};
    const line = { ...namesOf(delivery), status, tries, status_code: statusCode, error, ms: milliseconds };
    this.metrics.webhookTries.inc({ outcome: status === 'due' ? 'retried' : status });
    this.logger.log(line, `Delivery ${delivery.id}, try ${tries}: ${statusCode ?? error}, ${status}`);
  }

  excused(delivery: WebhookDelivery, { statusCode, error, milliseconds }: SendOutcome): void {
    const line = { ...namesOf(delivery), code: 'excused', status_code: statusCode, error, ms: milliseconds };
    this.logger.warn(line, `Delivery ${delivery.id}: ${statusCode ?? error}, while this process was stopped itself`);
  }

  disabled({ id, accountId, destination }: WebhookEndpoint, reason: string): void {
    this.logger.warn({ webhook: id, account: accountId, destination, reason }, `Webhook ${id} is disabled: ${reason}`);
  }
}

function namesOf({ id, endpointId, accountId, subjectId, event }: WebhookDelivery) {
  const subject = subjectId !== null && { [event === 'batch.completed' ? 'batch' : 'job']: subjectId };
  return { delivery: id, webhook: endpointId ?? undefined, account: accountId, ...subject, event };
}
