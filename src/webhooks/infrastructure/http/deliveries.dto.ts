import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { NULLABLE_TIME, NULLABLE_URL } from '../../../shared/http/nullable.ts';
import { DELIVERY_STATUSES, type DeliveryStatus, type WebhookDelivery } from '../../domain/webhook-delivery.ts';
import { type DeliveredEvent, TEST_EVENT, WEBHOOK_EVENT_NAMES } from '../../domain/webhook-event.ts';

@ApiSchema({ name: 'WebhookAttempt', description: 'One try: the status that was answered, or why there was none' })
export class WebhookAttemptDto {
  @ApiProperty({ format: 'date-time' }) at: string;
  @ApiPropertyOptional({ type: 'integer', example: 500, description: 'What the receiver answered' })
  status_code?: number;
  @ApiPropertyOptional({ example: 'The connection was refused', description: 'Why there was no answer' })
  error?: string;
  @ApiProperty({ type: 'integer', example: 84 }) milliseconds: number;
}

@ApiSchema({ name: 'WebhookDelivery', description: 'One event on its way to one receiver' })
export class WebhookDeliveryDto {
  @ApiProperty({ format: 'uuid', description: 'The `webhook-id` of every try' }) id: string;
  @ApiProperty({ enum: [...WEBHOOK_EVENT_NAMES, TEST_EVENT] }) event: DeliveredEvent;
  @ApiProperty({
    enum: DELIVERY_STATUSES,
    description: '`due`: to be sent, or sent again; `delivered`: answered with 2xx; `failed`: not tried any more',
  })
  status: DeliveryStatus;
  @ApiProperty({ type: [WebhookAttemptDto], description: 'The latest 20, oldest first' })
  attempts: WebhookAttemptDto[];
  @ApiProperty({ ...NULLABLE_TIME, description: 'Null unless `due`' })
  next_attempt_at: string | null;
  @ApiProperty({ format: 'date-time', description: 'When the event happened' }) created_at: string;

  static of({ id, event, status, attempts, nextAttemptAt, createdAt }: WebhookDelivery): WebhookDeliveryDto {
    return {
      id,
      event,
      status,
      attempts: attempts.map(({ at, statusCode, error, milliseconds }) => ({
        at,
        ...(statusCode !== undefined && { status_code: statusCode }),
        ...(error !== undefined && { error }),
        milliseconds,
      })),
      next_attempt_at: nextAttemptAt?.toISOString() ?? null,
      created_at: createdAt.toISOString(),
    };
  }
}

@ApiSchema({ name: 'WebhookDeliveryList', description: 'Deliveries, newest first' })
export class WebhookDeliveryListDto {
  @ApiProperty({ type: [WebhookDeliveryDto] }) results: WebhookDeliveryDto[];
}

@ApiSchema({ name: 'WebhookDeliveryPage', description: 'One page of deliveries' })
export class WebhookDeliveryPageDto extends WebhookDeliveryListDto {
  @ApiProperty({ ...NULLABLE_URL, description: 'Older deliveries' }) next: string | null;
  @ApiProperty({ ...NULLABLE_URL, description: 'Newer deliveries' })
  previous: string | null;
}
