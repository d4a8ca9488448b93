import { Controller, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Caller } from '../../../accounts/domain/caller.ts';
import {
  AccountsOnly,
  type CallerRequest,
  CurrentAccount,
  CurrentCaller,
} from '../../../accounts/infrastructure/http/caller.decorators.ts';
import { ApiProblems } from '../../../shared/http/api-problems.ts';
import { HttpSettings } from '../../../shared/http/http.settings.ts';
import { Paged, parsePageQuery, shownPage } from '../../../shared/http/page-query.ts';
import { baseUrlOf, type IdentifiedRequest } from '../../../shared/http/request.ts';
import { requestProblems } from '../../../shared/problems.ts';
import { DownloadBatch } from '../../application/download-batch.ts';
import { DownloadResult } from '../../application/download-result.ts';
import { EraseBatch } from '../../application/erase-batch.ts';
import { FindBatch, ListBatches } from '../../application/find-batches.ts';
import { SubmitBatchOnce } from '../../application/submit-batch-once.ts';
import { WaitForBatch } from '../../application/wait-for-batch.ts';
import type { BatchState } from '../../domain/batch.ts';
import { imageJobProblems } from '../../domain/errors.ts';
import { BatchDto, BatchListDto } from './batch.dto.ts';
import { BATCH_EXAMPLES } from './batch-examples.ts';
import { BatchId } from './batch-id.ts';
import { BatchPresenter, batchPathOf } from './batch-presenter.ts';
import { answerArchive } from './download/archive-answer.ts';
import { Archives } from './download/archive-document.ts';
import { archiveOf } from './download/archive-of.ts';
import { PLACE_PROBLEMS } from './download/download-document.ts';
import { answeredWhenFinal } from './prefer-wait.ts';
import { BatchForm, IMAGES } from './upload/batch-form.ts';
import { fingerprintOfAll, idempotencyKeyOf } from './upload/idempotency-key.ts';
import { Accepted, PictureUpload, PresentState, UPLOAD_PROBLEMS } from './upload/upload-document.ts';

const problems = imageJobProblems;

const RESOURCE = { type: BatchDto, examples: BATCH_EXAMPLES };

/** Many uploads in one request, and their results in one file. */
@ApiTags('Batches')
@Controller('api/batches')
export class BatchesController {
  constructor(
    private readonly form: BatchForm,
    private readonly submitOnce: SubmitBatchOnce,
    private readonly findBatch: FindBatch,
    private readonly listBatches: ListBatches,
    private readonly waitForBatch: WaitForBatch,
    private readonly downloadBatch: DownloadBatch,
    private readonly downloads: DownloadResult,
    private readonly eraseBatch: EraseBatch,
    private readonly presenter: BatchPresenter,
    private readonly http: HttpSettings,
  ) {}

  @Post()
  @AccountsOnly({ scope: 'images:write' })
  @PictureUpload(IMAGES, {
    type: 'array',
    minItems: 1,
    items: { type: 'string', format: 'binary' },
    description: 'JPEG, PNG or WebP files, by their bytes, each no larger than a single upload may be',
  })
  @ApiOperation({
    operationId: 'createBatch',
    summary: 'Upload many images, with one list of operations for all',
    description:
      'As many files, and bytes in all, as the operator allows (the guide at `/api/documentation/` tells), as one request. Each becomes an image job; a file that cannot be taken is refused alone, with its reason, and only when all are is the answer a 400. Jobs of a batch are worked on behind single uploads. With `Prefer: wait=N` the answer comes when all are final; a batch that is deleted meanwhile is a 404.',
  })
  @Accepted(RESOURCE, 'Accepted; completed already if it was waited for long enough')
  @ApiProblems(...UPLOAD_PROBLEMS, problems.batchTooLarge, problems.batchNotFound)
  async create(
    @CurrentCaller() caller: Caller,
    @Req() request: IdentifiedRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<BatchDto> {
    const key = idempotencyKeyOf(request, caller);
    const origin = { requestId: request.id, baseUrl: baseUrlOf(request, this.http.publicUrl) };
    const { made, isReplay } = await this.form.receive(request, origin, caller, (upload) => {
      const keyed =
        key === undefined ? undefined : { key, fingerprint: fingerprintOfAll(upload), kind: 'batch' as const };
      return this.submitOnce.execute(caller, upload, keyed);
    });
    if (isReplay) response.setHeader('Idempotent-Replayed', 'true');
    const latest = await answeredWhenFinal(this.waitForBatch, caller, made.batch.id, request, response);
    response.setHeader('Location', batchPathOf(made));
    return this.shown(latest ?? made, request, response);
  }

  @Get()
  @AccountsOnly({ scope: 'images:read' })
  @ApiOperation({
    operationId: 'listBatches',
    summary: 'Your batches, newest first',
    description:
      'Pages of up to `limit` batches; `next` and `previous` are the addresses of the pages beside this one.',
  })
  @Paged()
  @ApiOkResponse({ type: BatchListDto })
  @ApiProblems(requestProblems.validationFailed)
  async list(@CurrentAccount() accountId: string, @Req() request: Request): Promise<BatchListDto> {
    const query = parsePageQuery(request);
    const page = await this.listBatches.execute(accountId, query);
    const url = `${baseUrlOf(request, this.http.publicUrl)}/api/batches/`;
    const show = (state: BatchState) => this.presenter.present(state, request);
    return shownPage({ url, limit: query.limit }, page, ({ batch }) => batch, show);
  }

  @Get(':id')
  @AccountsOnly({ scope: 'images:read' })
  @ApiOperation({
    operationId: 'getBatch',
    summary: 'A batch and its files',
    description:
      'Answers at once, or with `Prefer: wait=N` as soon as all of its jobs are final. A job that is deleted, or whose record is over, is no longer part of it; the record of the batch lives as long as that of its last job.',
  })
  @BatchId()
  @PresentState(RESOURCE)
  @ApiProblems(problems.batchNotFound)
  async show(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<BatchDto> {
    const awaited = await answeredWhenFinal(this.waitForBatch, caller, id, request, response);
    return this.shown(awaited ?? (await this.findBatch.execute(caller, id)), request, response);
  }

  @Get(':id/archive')
  @AccountsOnly({ scope: 'images:read', countedBy: 'archive' })
  @ApiOperation({
    operationId: 'downloadBatch',
    summary: 'All results of a batch as one ZIP',
    description:
      'Streamed while the results are read, in the order sent; files that failed, expired or were refused are named in `missing.txt`. A complete download counts as one of each of its results, and shortens their windows. Counted as ten downloads.',
  })
  @BatchId()
  @Archives('batch-6c1f0f5e.zip')
  @ApiProblems(problems.batchNotFound, problems.batchNotReady, problems.imageExpired, ...PLACE_PROBLEMS)
  async archive(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { batch, downloads, missing } = await this.downloadBatch.execute(caller, id);
    const name = `batch-${batch.id.slice(0, 8)}.zip`;
    await answerArchive(archiveOf(name, caller, downloads, missing, this.downloads), request, response);
  }

  @Delete(':id')
  @AccountsOnly({ scope: 'images:write' })
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteBatch',
    summary: 'Cancel or erase a batch with its images',
    description:
      'Cancels what is pending, ends the work on what workers hold, and erases all originals and results; afterwards batch and images are a 404.',
  })
  @BatchId()
  @ApiNoContentResponse({ description: 'Erased' })
  @ApiProblems(problems.batchNotFound)
  async remove(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    const { batch } = await this.findBatch.execute(caller, id);
    await this.eraseBatch.execute(batch.id);
  }

  /** The resource, with the moment to ask again while it is not final: as soon as the caller's rate allows. */
  private shown(state: BatchState, request: Request, response: Response): BatchDto {
    if (!state.isFinal()) response.setHeader('Retry-After', Math.max(1, (request as CallerRequest).nextRequestIn()));
    return this.presenter.present(state, request);
  }
}
