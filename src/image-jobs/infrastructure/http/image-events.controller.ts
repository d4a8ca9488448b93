import { Controller, Headers, type MessageEvent, Param, Req, Res, Sse, SseSignal } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Observable } from 'rxjs';
import { Caller } from '../../../accounts/domain/caller.ts';
import { AnonymousToo, CurrentCaller } from '../../../accounts/infrastructure/http/caller.decorators.ts';
import { ApiProblems } from '../../../shared/http/api-problems.ts';
import { WatchImage } from '../../application/watch-image.ts';
import { imageJobProblems } from '../../domain/errors.ts';
import type { ImageJob } from '../../domain/image-job.ts';
import { StreamSettings } from '../image-jobs.settings.ts';
import { eventStream, LastEventId } from './event-stream.ts';
import { ImageDto } from './image.dto.ts';
import { ImageId } from './image-id.ts';
import { ImagePresenter } from './image-presenter.ts';

/** The states of a job as server-sent events. */
@ApiTags('Images')
@Controller('api/images')
export class ImageEventsController {
  constructor(
    private readonly watchImage: WatchImage,
    private readonly presenter: ImagePresenter,
    private readonly streams: StreamSettings,
  ) {}

  @Sse(':id/events')
  @AnonymousToo({ scope: 'images:read' })
  @ApiOperation({
    operationId: 'watchImage',
    summary: 'The states of an image job, as server-sent events',
    description:
      'The present state first, then each change, as `event: image` with the version as `id` and the resource as `data`; a comment where nothing changes for a while. Ends at the final state, with `event: deleted`, or when it has lived as long as the operator lets it: connect anew.',
  })
  @ImageId()
  @LastEventId('3')
  @ApiOkResponse({
    description: 'Events; the schema is that of the `data` of each `event: image`',
    content: { 'text/event-stream': { schema: { $ref: getSchemaPath(ImageDto) } } },
  })
  @ApiNoContentResponse({ description: 'The last event was the final one; this stops an `EventSource`' })
  @ApiProblems(imageJobProblems.imageNotFound, imageJobProblems.tooManyStreams, imageJobProblems.streamsFull)
  async events(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @SseSignal() gone: AbortSignal,
  ): Promise<Observable<MessageEvent>> {
    const states = await this.watchImage.execute(caller, id, lastEventId, gone);
    const messageOf = async (job: ImageJob): Promise<MessageEvent> => ({
      type: 'image',
      id: this.watchImage.versionOf(job),
      data: await this.presenter.present(job, request),
    });
    return eventStream({ id, states, messageOf, heartbeatSeconds: this.streams.heartbeatSeconds }, response);
  }
}
