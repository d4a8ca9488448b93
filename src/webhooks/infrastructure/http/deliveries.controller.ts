import { Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { AccountsOnly, CurrentAccount } from '../../../accounts/infrastructure/http/caller.decorators.ts';
import { ApiProblems } from '../../../shared/http/api-problems.ts';
import { HttpSettings } from '../../../shared/http/http.settings.ts';
import { IdParam } from '../../../shared/http/id-param.ts';
import { Paged, parsePageQuery, shownPage } from '../../../shared/http/page-query.ts';
import { baseUrlOf } from '../../../shared/http/request.ts';
import { requestProblems } from '../../../shared/problems.ts';
import { ListDeliveries, ReplayDelivery, SendTest } from '../../application/deliveries.ts';
import { webhookProblems } from '../../domain/errors.ts';
import { KEPT_DAYS } from '../../domain/webhook-delivery.ts';
import { WebhookDeliveryDto, WebhookDeliveryPageDto } from './deliveries.dto.ts';
import { WebhooksOn } from './webhooks-on.guard.ts';

const { deliveryDue, deliveryNotFound, webhookDisabled, webhookNotFound } = webhookProblems;

/** What was sent to an endpoint, or is to be. */
@ApiTags('Webhooks')
@Controller('api/webhooks/:id')
@WebhooksOn()
@AccountsOnly({ scope: 'webhooks:manage' })
export class DeliveriesController {
  constructor(
    private readonly listDeliveries: ListDeliveries,
    private readonly sendTest: SendTest,
    private readonly replayDelivery: ReplayDelivery,
    private readonly http: HttpSettings,
  ) {}

  @Post('test')
  @ApiOperation({
    operationId: 'testWebhook',
    summary: 'Send a test message',
    description: 'A `webhook.test` event, which needs no subscription, is signed and sent like any other.',
  })
  @IdParam()
  @ApiCreatedResponse({ description: 'Due; its delivery tells what came of it', type: WebhookDeliveryDto })
  @ApiProblems(webhookDisabled, webhookNotFound)
  async test(@CurrentAccount() accountId: string, @Param('id') id: string): Promise<WebhookDeliveryDto> {
    return WebhookDeliveryDto.of(await this.sendTest.execute(accountId, id));
  }

  @Get('deliveries')
  @ApiOperation({
    operationId: 'listWebhookDeliveries',
    summary: 'What was sent, and what came of it, newest first',
    description: `Kept ${KEPT_DAYS} days, with every try.`,
  })
  @IdParam()
  @Paged()
  @ApiOkResponse({ type: WebhookDeliveryPageDto })
  @ApiProblems(requestProblems.validationFailed, webhookNotFound)
  async list(
    @CurrentAccount() accountId: string,
    @Param('id') id: string,
    @Req() request: Request,
  ): Promise<WebhookDeliveryPageDto> {
    const query = parsePageQuery(request);
    const page = await this.listDeliveries.execute(accountId, id, query);
    const url = `${baseUrlOf(request, this.http.publicUrl)}/api/webhooks/${id.toLowerCase()}/deliveries/`;
    return shownPage({ url, limit: query.limit }, page, (delivery) => delivery, WebhookDeliveryDto.of);
  }

  @Post('deliveries/:delivery/replay')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'replayWebhookDelivery',
    summary: 'Send a delivery again',
    description: 'The same bytes under the same id, by the schedule from its beginning, to the URL as it is now.',
  })
  @IdParam()
  @IdParam('delivery')
  @ApiOkResponse({ description: 'Due again', type: WebhookDeliveryDto })
  @ApiProblems(deliveryNotFound, deliveryDue, webhookDisabled, webhookNotFound)
  async replay(
    @CurrentAccount() accountId: string,
    @Param('id') id: string,
    @Param('delivery') delivery: string,
  ): Promise<WebhookDeliveryDto> {
    return WebhookDeliveryDto.of(await this.replayDelivery.execute(accountId, id, delivery));
  }
}
