import type { Caller } from '../../accounts/domain/caller.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { expectation } from '../../shared/expectation.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import { isUuid } from '../../shared/uuid.ts';
import { imageJobProblems } from '../domain/errors.ts';
import type { ImageJob, ImageStatus } from '../domain/image-job.ts';
import type { ImageJobRepository } from './ports.ts';

/** How long the record of a failed or expired job stays. */
export interface RecordLife {
  readonly recordSeconds: number;
}

/** Finds one job for a caller. */
export class FindImageJob {
  constructor(
    private readonly jobs: ImageJobRepository,
    private readonly clock: Clock,
    private readonly life: RecordLife,
  ) {}

  /** @throws image_not_found, in the same words for what is not there and for what is someone else's */
  async execute(caller: Caller, id: string): Promise<ImageJob> {
    const job = isUuid(id) ? await this.jobs.find(id.toLowerCase()) : null;
    const hidden = !job?.isVisibleTo(caller) || job.isForgotten(this.clock.now(), this.life.recordSeconds);
    if (!job || hidden) {
      throw imageJobProblems.imageNotFound.error(expectation('the id of an image that you may see', 'id', id));
    }
    return job;
  }

  /** The jobs that it changes with: itself, whether or not it is there by now. */
  async jobsOf(_caller: Caller, id: string): Promise<readonly string[]> {
    return [id.toLowerCase()];
  }
}

/** Which page of the jobs of an account. */
export interface JobPageRequest extends PageRequest {
  readonly status?: ImageStatus;
}

/** Lists the jobs of an account, newest first. */
export class ListImageJobs {
  constructor(
    private readonly jobs: ImageJobRepository,
    private readonly clock: Clock,
    private readonly life: RecordLife,
  ) {}

  async execute(accountId: string, request: JobPageRequest): Promise<Page<ImageJob>> {
    const now = this.clock.now();
    const endedAfter = secondsAfter(now, -this.life.recordSeconds);
    return pageOf(request, (limit) => this.jobs.list(accountId, { ...request, limit, now, endedAfter }));
  }
}
