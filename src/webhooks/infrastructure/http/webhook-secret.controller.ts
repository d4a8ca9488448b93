import { Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiProperty, ApiSchema, ApiTags } from '@nestjs/swagger';
import { Caller } from '../../../accounts/domain/caller.ts';
import { AccountsOnly, CurrentCaller } from '../../../accounts/infrastructure/http/caller.decorators.ts';
import { ApiProblems } from '../../../shared/http/api-problems.ts';
import { NULLABLE_TIME } from '../../../shared/http/nullable.ts';
import { MakeAccountSecret } from '../../application/account-secret.ts';
import { OVERLAP_HOURS } from '../../domain/signing-secret.ts';
import { SECRET_PROPERTY } from './webhooks.dto.ts';
import { WebhooksOn } from './webhooks-on.guard.ts';

@ApiSchema({ name: 'WebhookSecret', description: "The account's own secret, shown this once" })
class WebhookSecretDto {
  @ApiProperty(SECRET_PROPERTY) secret: string;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({
    ...NULLABLE_TIME,
    description: 'Until when the secret from before signs too; null when there was none',
  })
  previous_secret_until: string | null;
}

/** The account's own secret; no key reaches it. */
@ApiTags('Webhooks')
@Controller('accounts/webhook-secret')
@WebhooksOn()
@AccountsOnly()
export class WebhookSecretController {
  constructor(private readonly makeAccountSecret: MakeAccountSecret) {}

  @Post()
  @ApiOperation({
    operationId: 'createWebhookSecret',
    summary: 'Make the secret that signs what uploads send to a `webhook_url`',
    description: `It is shown in this answer and never again; \`GET /accounts/me/\` says since when there is one. Made anew, the one before signs beside it for ${OVERLAP_HOURS} hours.`,
  })
  @ApiCreatedResponse({ type: WebhookSecretDto })
  @ApiProblems()
  async create(@CurrentCaller() caller: Caller): Promise<WebhookSecretDto> {
    const { secret, createdAt, previousSecretUntil } = await this.makeAccountSecret.execute(caller);
    return {
      secret,
      created_at: createdAt.toISOString(),
      previous_secret_until: previousSecretUntil?.toISOString() ?? null,
    };
  }
}
