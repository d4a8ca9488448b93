import { Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller } from '../../../accounts/domain/caller.ts';
import {
  AccountsOnly,
  CurrentAccount,
  CurrentCaller,
} from '../../../accounts/infrastructure/http/caller.decorators.ts';
import { Clock } from '../../../shared/clock.ts';
import { ApiProblems, BODY_PROBLEMS } from '../../../shared/http/api-problems.ts';
import { PartlyChecked, PartlyCheckedBody } from '../../../shared/http/checked-body.pipe.ts';
import { IdParam } from '../../../shared/http/id-param.ts';
import { faultsOfUrl } from '../../application/check-webhook-url.ts';
import { CreateEndpoint } from '../../application/create-endpoint.ts';
import { ChangeEndpoint, FindEndpoint, RemoveEndpoint, RotateSecret } from '../../application/endpoints.ts';
import { EndpointRepository, WebhookAddresses } from '../../application/ports.ts';
import { webhookProblems } from '../../domain/errors.ts';
import { OVERLAP_HOURS } from '../../domain/signing-secret.ts';
import { MOST_ENDPOINTS } from '../../domain/webhook-endpoint.ts';
import { NewWebhookDto, WebhookChangeDto, WebhookDto, WebhookListDto, WebhookWithSecretDto } from './webhooks.dto.ts';
import { WebhooksOn } from './webhooks-on.guard.ts';

const { tooManyWebhooks, webhookNotFound } = webhookProblems;

/** The account's endpoints. */
@ApiTags('Webhooks')
@Controller('api/webhooks')
@WebhooksOn()
@AccountsOnly({ scope: 'webhooks:manage' })
export class WebhooksController {
  constructor(
    private readonly createEndpoint: CreateEndpoint,
    private readonly endpoints: EndpointRepository,
    private readonly addresses: WebhookAddresses,
    private readonly findEndpoint: FindEndpoint,
    private readonly changeEndpoint: ChangeEndpoint,
    private readonly removeEndpoint: RemoveEndpoint,
    private readonly rotateSecret: RotateSecret,
    private readonly clock: Clock,
  ) {}

  @Post()
  @ApiOperation({
    operationId: 'createWebhook',
    summary: 'Be told of events at a URL of yours',
    description:
      'Messages follow Standard Webhooks. Each event is sent at least once, under one `webhook-id` over all tries. The secret is shown in this answer and never again.',
  })
  @ApiCreatedResponse({ type: WebhookWithSecretDto })
  @ApiProblems(...BODY_PROBLEMS, tooManyWebhooks)
  async create(
    @CurrentCaller() caller: Caller,
    @PartlyChecked(NewWebhookDto) body: PartlyCheckedBody<NewWebhookDto>,
  ): Promise<WebhookWithSecretDto> {
    const { url, events, description = null } = body.whole(faultsOfUrl(this.addresses, 'url', body.sound.url));
    const endpoint = await this.createEndpoint.execute(caller, { url, events, description });
    return { ...WebhookDto.of(endpoint, this.clock.now()), secret: endpoint.secret };
  }

  @Get()
  @ApiOperation({
    operationId: 'listWebhooks',
    summary: 'Your webhooks, newest first',
    description: `At most ${MOST_ENDPOINTS}, the disabled ones too; their secrets are not shown.`,
  })
  @ApiOkResponse({ type: WebhookListDto })
  @ApiProblems()
  async list(@CurrentAccount() accountId: string): Promise<WebhookListDto> {
    const now = this.clock.now();
    return {
      results: (await this.endpoints.listOf(accountId)).map((endpoint) => WebhookDto.of(endpoint, now)),
    };
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getWebhook', summary: 'One webhook', description: 'With the state that it is in.' })
  @IdParam()
  @ApiOkResponse({ type: WebhookDto })
  @ApiProblems(webhookNotFound)
  async show(@CurrentAccount() accountId: string, @Param('id') id: string): Promise<WebhookDto> {
    return WebhookDto.of(await this.findEndpoint.execute(accountId, id), this.clock.now());
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'changeWebhook',
    summary: 'Change, disable or enable a webhook',
    description:
      'What is due goes to the new URL. Disabling ends what is due as `failed`; once enabled it can be replayed.',
  })
  @IdParam()
  @ApiOkResponse({ type: WebhookDto })
  @ApiProblems(...BODY_PROBLEMS, webhookNotFound)
  async change(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @PartlyChecked(WebhookChangeDto) body: PartlyCheckedBody<WebhookChangeDto>,
  ): Promise<WebhookDto> {
    const change = body.whole(faultsOfUrl(this.addresses, 'url', body.sound.url));
    return WebhookDto.of(await this.changeEndpoint.execute(caller, id, change), this.clock.now());
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteWebhook',
    summary: 'Delete a webhook with its deliveries',
    description: 'Nothing more is sent there, what is due neither.',
  })
  @IdParam()
  @ApiNoContentResponse({ description: 'Deleted' })
  @ApiProblems(webhookNotFound)
  async remove(@CurrentAccount() accountId: string, @Param('id') id: string): Promise<void> {
    await this.removeEndpoint.execute(accountId, id);
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Make a new secret',
    description: `For ${OVERLAP_HOURS} hours every message is signed with both: take the new one in at your leisure.`,
  })
  @IdParam()
  @ApiOkResponse({ type: WebhookWithSecretDto })
  @ApiProblems(webhookNotFound)
  async rotate(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<WebhookWithSecretDto> {
    const endpoint = await this.rotateSecret.execute(caller, id);
    return { ...WebhookDto.of(endpoint, this.clock.now()), secret: endpoint.secret };
  }
}
