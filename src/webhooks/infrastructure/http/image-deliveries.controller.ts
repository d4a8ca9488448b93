import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller } from '../../../accounts/domain/caller.ts';
import { AccountsOnly, CurrentCaller } from '../../../accounts/infrastructure/http/caller.decorators.ts';
import { FindImageJob } from '../../../image-jobs/application/find-image-jobs.ts';
import { imageJobProblems } from '../../../image-jobs/domain/errors.ts';
import { ApiProblems } from '../../../shared/http/api-problems.ts';
import { IdParam } from '../../../shared/http/id-param.ts';
import { DeliveryRepository } from '../../application/ports.ts';
import { WebhookDeliveryDto, WebhookDeliveryListDto } from './deliveries.dto.ts';
import { WebhooksOn } from './webhooks-on.guard.ts';

/** What was sent to the URL that came with an upload, or is to be. */
@ApiTags('Webhooks')
@Controller('api/images/:id/deliveries')
@WebhooksOn()
@AccountsOnly({ scope: 'webhooks:manage' })
export class ImageDeliveriesController {
  constructor(
    private readonly findImageJob: FindImageJob,
    private readonly deliveries: DeliveryRepository,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listImageDeliveries',
    summary: 'What was sent to the `webhook_url` of an upload, newest first',
    description:
      'With every try; of an image of a batch also what told of the batch. What went to webhooks of the account stands with them.',
  })
  @IdParam()
  @ApiOkResponse({ type: WebhookDeliveryListDto })
  @ApiProblems(imageJobProblems.imageNotFound)
  async list(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<WebhookDeliveryListDto> {
    const job = await this.findImageJob.execute(caller, id);
    const subjects = job.batchId === null ? [job.id] : [job.id, job.batchId];
    return { results: (await this.deliveries.listOfSubjects(subjects)).map(WebhookDeliveryDto.of) };
  }
}
