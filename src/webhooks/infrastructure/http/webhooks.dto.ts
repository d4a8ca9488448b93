import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { BodySchema } from '../../../shared/http/body-schema.ts';
import { NULLABLE_TIME } from '../../../shared/http/nullable.ts';
import { Expect, Flag, ONE_LINE, Optional, SomeOf } from '../../../shared/validation.ts';
import {
  DISABLED_REASONS,
  type DisabledReason,
  HOPELESS_DAYS,
  type WebhookEndpoint,
} from '../../domain/webhook-endpoint.ts';
import { WEBHOOK_EVENT_NAMES, WEBHOOK_EVENTS, type WebhookEvent } from '../../domain/webhook-event.ts';

const DESCRIPTION_LENGTH = 200;
const EVENT_LIST = WEBHOOK_EVENT_NAMES.map((name) => `\`${name}\`: ${WEBHOOK_EVENTS[name]}`).join('; ');
const URL_WORDS =
  'https, at port 443 or 8443, without user and password, on the public internet; the operator may open more. It must answer with 2xx in time: the guide at `/api/documentation/` says how much there is';

const IsText = (): PropertyDecorator =>
  Expect({ name: 'url', what: 'a URL that begins with https://', test: (value) => typeof value === 'string' });

const IsDescription = (): PropertyDecorator =>
  Expect({
    name: 'description',
    what: `a text of at most ${DESCRIPTION_LENGTH} characters on one line, or null`,
    test: (value) =>
      value === null ||
      (typeof value === 'string' && ONE_LINE.characters.test(value) && [...value].length <= DESCRIPTION_LENGTH),
  });

const URL_PROPERTY = {
  format: 'uri',
  maxLength: 2048,
  example: 'https://hooks.example.com/images',
  description: URL_WORDS,
};
const EVENTS_PROPERTY = {
  enum: WEBHOOK_EVENT_NAMES,
  isArray: true,
  minItems: 1,
  uniqueItems: true,
  example: ['image.completed', 'image.failed'],
  description: EVENT_LIST,
};
const DESCRIPTION_PROPERTY = {
  type: String,
  nullable: true,
  maxLength: DESCRIPTION_LENGTH,
  pattern: ONE_LINE.pattern,
  example: 'the shop',
  description: 'For you to tell it by',
};

@BodySchema({ name: 'NewWebhook', description: 'Where an account wants to be told, and of what' })
export class NewWebhookDto {
  @ApiProperty(URL_PROPERTY)
  @IsText()
  url: string;

  @ApiProperty(EVENTS_PROPERTY)
  @SomeOf(WEBHOOK_EVENT_NAMES)
  events: WebhookEvent[];

  @ApiPropertyOptional(DESCRIPTION_PROPERTY)
  @Optional()
  @IsDescription()
  description?: string | null;
}

@BodySchema({ name: 'WebhookChange', description: 'What is to change; what is left out stays' })
export class WebhookChangeDto {
  @ApiPropertyOptional(URL_PROPERTY)
  @Optional()
  @IsText()
  url?: string;

  @ApiPropertyOptional(EVENTS_PROPERTY)
  @Optional()
  @SomeOf(WEBHOOK_EVENT_NAMES)
  events?: WebhookEvent[];

  @ApiPropertyOptional(DESCRIPTION_PROPERTY)
  @Optional()
  @IsDescription()
  description?: string | null;

  @ApiPropertyOptional({
    description: 'Whether nothing is sent there; `false` also enables what the service has disabled',
  })
  @Optional()
  @Flag()
  disabled?: boolean;
}

@ApiSchema({ name: 'Webhook', description: 'An endpoint of the account, without its secret' })
export class WebhookDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  /** As browsers write it, which may have characters that the format `uri` does not know. */
  @ApiProperty({ example: 'https://hooks.example.com/images' }) url: string;
  @ApiProperty({ enum: WEBHOOK_EVENT_NAMES, isArray: true, description: EVENT_LIST }) events: WebhookEvent[];
  @ApiProperty({ type: String, nullable: true, example: 'the shop' }) description: string | null;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ description: 'Whether nothing is sent there' }) disabled: boolean;
  @ApiProperty({ ...NULLABLE_TIME, description: 'Since when' })
  disabled_at: string | null;
  @ApiProperty({
    // Apart from its null, which some generators of clients do not take among the words.
    anyOf: [{ type: 'string', enum: [...DISABLED_REASONS] }, { type: 'null' }],
    description: `\`owner\`: you did; \`gone\`: it answered 410; \`failing\`: nothing could be delivered for ${HOPELESS_DAYS} days`,
  })
  disabled_reason: DisabledReason | null;
  @ApiProperty({
    ...NULLABLE_TIME,
    description: 'When the first delivery to its URL failed after which none has succeeded; null while they succeed',
  })
  failing_since: string | null;
  @ApiProperty({ ...NULLABLE_TIME, description: 'Until when the secret from before the latest rotation signs too' })
  previous_secret_until: string | null;

  static of(endpoint: WebhookEndpoint, now: Date): WebhookDto {
    const { id, url, events, description, createdAt, disabledAt, disabledReason, failingSince } = endpoint;
    const until = endpoint.previousSecretUntil;
    return {
      id,
      url,
      events: [...events],
      description,
      created_at: createdAt.toISOString(),
      disabled: disabledAt !== null,
      disabled_at: disabledAt?.toISOString() ?? null,
      disabled_reason: disabledReason,
      failing_since: failingSince?.toISOString() ?? null,
      previous_secret_until: until && until > now ? until.toISOString() : null,
    };
  }
}

/** A secret, where it is shown. */
export const SECRET_PROPERTY = {
  example: `whsec_${'x'.repeat(43)}=`,
  pattern: '^whsec_[A-Za-z0-9+/]{43}=$',
  description: 'What messages are signed with, as Standard Webhooks writes it. It is shown this once',
};

@ApiSchema({ name: 'WebhookWithSecret', description: 'An endpoint with its new secret, shown this once' })
export class WebhookWithSecretDto extends WebhookDto {
  @ApiProperty(SECRET_PROPERTY) secret: string;
}

@ApiSchema({ name: 'WebhookList', description: 'Endpoints, newest first' })
export class WebhookListDto {
  @ApiProperty({ type: [WebhookDto] }) results: WebhookDto[];
}
