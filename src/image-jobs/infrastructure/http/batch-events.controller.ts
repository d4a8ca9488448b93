import { Controller, Headers, type MessageEvent, Param, Req, Res, Sse, SseSignal } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Observable } from 'rxjs';
import { Caller } from '../../../accounts/domain/caller.ts';
import { AccountsOnly, CurrentCaller } from '../../../accounts/infrastructure/http/caller.decorators.ts';
import { ApiProblems } from '../../../shared/http/api-problems.ts';
import { WatchBatch } from '../../application/watch-batch.ts';
import type { BatchState } from '../../domain/batch.ts';
import { imageJobProblems } from '../../domain/errors.ts';
import { StreamSettings } from '../image-jobs.settings.ts';
import { BatchDto } from './batch.dto.ts';
import { BatchId } from './batch-id.ts';
import { BatchPresenter } from './batch-presenter.ts';
import { eventStream, LastEventId } from './event-stream.ts';

const { batchNotFound, streamsFull, tooManyStreams } = imageJobProblems;

/** The states of a batch as server-sent events. */
@ApiTags('Batches')
@Controller('api/batches')
export class BatchEventsController {
  constructor(
    private readonly watchBatch: WatchBatch,
    private readonly presenter: BatchPresenter,
    private readonly streams: StreamSettings,
  ) {}

  @Sse(':id/events')
  @AccountsOnly({ scope: 'images:read' })
  @ApiOperation({
    operationId: 'watchBatch',
    summary: 'The states of a batch, as server-sent events',
    description:
      'The present state first, then its changes, at most one a second, as `event: batch` with the resource as `data`; a comment where nothing changes for a while. Ends when all jobs are final, with `event: deleted`, or when it has lived as long as the operator lets it: connect anew.',
  })
  @BatchId()
  @LastEventId('0-2-47-0-1')
  @ApiOkResponse({
    description: 'Events; the schema is that of the `data` of each `event: batch`',
    content: { 'text/event-stream': { schema: { $ref: getSchemaPath(BatchDto) } } },
  })
  @ApiNoContentResponse({ description: 'The last event was the final one; this stops an `EventSource`' })
  @ApiProblems(batchNotFound, tooManyStreams, streamsFull)
  async events(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @SseSignal() gone: AbortSignal,
  ): Promise<Observable<MessageEvent>> {
    const states = await this.watchBatch.execute(caller, id, lastEventId, gone);
    const messageOf = async (state: BatchState): Promise<MessageEvent> => ({
      type: 'batch',
      id: this.watchBatch.versionOf(state),
      data: this.presenter.present(state, request),
    });
    return eventStream({ id, states, messageOf, heartbeatSeconds: this.streams.heartbeatSeconds }, response);
  }
}
