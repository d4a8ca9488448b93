import { randomUUID } from 'node:crypto';
import { Controller, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Caller } from '../../../accounts/domain/caller.ts';
import {
  AccountsOnly,
  AnonymousToo,
  type CallerRequest,
  CurrentAccount,
  CurrentCaller,
} from '../../../accounts/infrastructure/http/caller.decorators.ts';
import { pictureProblems } from '../../../imaging/domain/errors.ts';
import { ApiProblems } from '../../../shared/http/api-problems.ts';
import { HttpSettings } from '../../../shared/http/http.settings.ts';
import { Paged, shownPage } from '../../../shared/http/page-query.ts';
import { baseUrlOf, type IdentifiedRequest } from '../../../shared/http/request.ts';
import { requestProblems } from '../../../shared/problems.ts';
import { EraseImageJob } from '../../application/erase-image-job.ts';
import { FindImageJob, ListImageJobs } from '../../application/find-image-jobs.ts';
import type { EndWatch } from '../../application/job-watch.ts';
import { SubmitImage } from '../../application/submit-image.ts';
import { SubmitOnce } from '../../application/submit-once.ts';
import type { Upload } from '../../application/upload.ts';
import { WaitForImage } from '../../application/wait-for-image.ts';
import { imageJobProblems } from '../../domain/errors.ts';
import { IMAGE_STATUSES, type ImageJob } from '../../domain/image-job.ts';
import { ImageDto, ImageListDto } from './image.dto.ts';
import { IMAGE_EXAMPLES } from './image-examples.ts';
import { ImageId } from './image-id.ts';
import { ImagePresenter, pathOf } from './image-presenter.ts';
import { parseListQuery } from './list-query.ts';
import { answeredWhenFinal } from './prefer-wait.ts';
import { fingerprintOf, idempotencyKeyOf } from './upload/idempotency-key.ts';
import { IMAGE, ImageForm } from './upload/image-form.ts';
import { Accepted, PictureUpload, PresentState, UPLOAD_PROBLEMS } from './upload/upload-document.ts';

const problems = imageJobProblems;

const RESOURCE = { type: ImageDto, examples: IMAGE_EXAMPLES };

/** What an upload has become. */
interface Submitted {
  readonly job: ImageJob;
  /** Kept on it since before it was made; whoever has it ends it. */
  readonly watch?: EndWatch;
  /** Whether an earlier request has made it. */
  readonly isReplay?: boolean;
}

/** Uploads and jobs. */
@ApiTags('Images')
@Controller('api/images')
export class ImagesController {
  constructor(
    private readonly form: ImageForm,
    private readonly submitImage: SubmitImage,
    private readonly submitOnce: SubmitOnce,
    private readonly findImageJob: FindImageJob,
    private readonly listImageJobs: ListImageJobs,
    private readonly waitForImage: WaitForImage,
    private readonly eraseImageJob: EraseImageJob,
    private readonly presenter: ImagePresenter,
    private readonly http: HttpSettings,
  ) {}

  @Post()
  @AnonymousToo({ scope: 'images:write' })
  @PictureUpload(IMAGE, { type: 'string', format: 'binary', description: 'One JPEG, PNG or WebP, by its bytes' })
  @ApiOperation({
    operationId: 'createImage',
    summary: 'Upload an image with a list of operations',
    description:
      'One file and a list of operations, or of several outputs with operations each. The answer comes at once with the job, or with `Prefer: wait=N` when the job is final; one that is deleted meanwhile is a 404. With an `Idempotency-Key` the request can be repeated without making a second job.',
  })
  @Accepted(RESOURCE, 'Accepted; final already if it was waited for long enough')
  @ApiProblems(
    ...UPLOAD_PROBLEMS,
    ...[problems.fileTooLarge, problems.unsupportedFormat, problems.tooManyJobs, problems.tooManyBytes],
    ...[problems.monthlyLimit, problems.imageNotFound],
    ...Object.values(pictureProblems),
  )
  async create(
    @CurrentCaller() caller: Caller,
    @Req() request: IdentifiedRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ImageDto> {
    const key = idempotencyKeyOf(request, caller);
    const origin = { requestId: request.id, baseUrl: baseUrlOf(request, this.http.publicUrl) };
    const { job, watch, isReplay } = await this.form.receive(request, caller, (received) => {
      const upload = { ...received, ...origin };
      return key === undefined ? this.submitted(caller, upload) : this.submittedOnce(caller, upload, key);
    });
    if (isReplay) response.setHeader('Idempotent-Replayed', 'true');
    const made = watch && { found: job, watch };
    const waited = answeredWhenFinal(this.waitForImage, caller, job.id, request, response, made);
    const awaited = await waited.finally(() => watch?.end());
    response.setHeader('Location', pathOf(job));
    return this.shown(awaited ?? job, request, response);
  }

  @Get()
  @AccountsOnly({ scope: 'images:read' })
  @ApiOperation({
    operationId: 'listImages',
    summary: 'Your images, newest first',
    description: 'Pages of up to `limit` images; `next` and `previous` are the addresses of the pages beside this one.',
  })
  @ApiQuery({ name: 'status', required: false, enum: IMAGE_STATUSES })
  @Paged()
  @ApiOkResponse({ type: ImageListDto })
  @ApiProblems(requestProblems.validationFailed)
  async list(@CurrentAccount() accountId: string, @Req() request: Request): Promise<ImageListDto> {
    const query = parseListQuery(request);
    const page = await this.listImageJobs.execute(accountId, query);
    const url = `${baseUrlOf(request, this.http.publicUrl)}/api/images/`;
    const show = (job: ImageJob) => this.presenter.present(job, request);
    const parameters = query.status && { status: query.status };
    return shownPage({ url, limit: query.limit, parameters }, page, (job) => job, show);
  }

  @Get(':id')
  @AnonymousToo({ scope: 'images:read' })
  @ApiOperation({
    operationId: 'getImage',
    summary: 'An image job and its state',
    description:
      'Answers at once, or with `Prefer: wait=N` as soon as the job is final. Anonymous images are shown to whoever has their id, those of an account to it alone.',
  })
  @ImageId()
  @PresentState(RESOURCE)
  @ApiProblems(problems.imageNotFound)
  async show(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ImageDto> {
    const awaited = await answeredWhenFinal(this.waitForImage, caller, id, request, response);
    return this.shown(awaited ?? (await this.findImageJob.execute(caller, id)), request, response);
  }

  @Delete(':id')
  @AnonymousToo({ scope: 'images:write' })
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteImage',
    summary: 'Cancel or erase an image',
    description:
      'Cancels what is pending, ends the work of a worker that holds it, and erases original and result; afterwards the image is a 404.',
  })
  @ImageId()
  @ApiNoContentResponse({ description: 'Erased' })
  @ApiProblems(problems.imageNotFound)
  async remove(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    const job = await this.findImageJob.execute(caller, id);
    await this.eraseImageJob.execute(job.id);
  }

  /** The resource, with the moment to ask again while it is not final: the estimate, or when the caller's rate allows. */
  private async shown(job: ImageJob, request: Request, response: Response): Promise<ImageDto> {
    const image = await this.presenter.present(job, request);
    if (image.seconds_remaining !== null) {
      response.setHeader(
        'Retry-After',
        Math.max(1, image.seconds_remaining, (request as CallerRequest).nextRequestIn()),
      );
    }
    return image;
  }

  private async submittedOnce(caller: Caller, upload: Upload, key: string): Promise<Submitted> {
    const { made, isReplay } = await this.submitOnce.execute(caller, upload, {
      key,
      fingerprint: fingerprintOf(upload),
    });
    return { job: made, isReplay };
  }

  /** Without a key the job has an id before it is made, and is watched from then on. */
  private async submitted(caller: Caller, upload: Upload): Promise<Submitted> {
    const id = randomUUID();
    const watch = this.waitForImage.watch(id);
    try {
      return { job: await this.submitImage.execute(caller, upload, id), watch };
    } catch (error) {
      watch.end();
      throw error;
    }
  }
}
