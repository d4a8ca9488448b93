import type { Caller } from '../../accounts/domain/caller.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { expectation } from '../../shared/expectation.ts';
import { imageJobProblems } from '../domain/errors.ts';
import type { ImageJob, ImageStatus } from '../domain/image-job.ts';
import type { ImageJobRepository, ListPosition } from './ports.ts';

/** How long the record of a failed or expired job stays. */
export interface RecordLife {
  readonly recordSeconds: number;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Finds one job for a caller. */
export class FindImageJob {
  constructor(
    private readonly jobs: ImageJobRepository,
    private readonly clock: Clock,
    private readonly life: RecordLife,
  ) {}

  /** @throws image_not_found, in the same words for what is not there and for what is someone else's */
  async execute(caller: Caller, id: string): Promise<ImageJob> {
    const job = UUID.test(id) ? await this.jobs.find(id.toLowerCase()) : null;
    const hidden = !job?.isVisibleTo(caller) || job.isForgotten(this.clock.now(), this.life.recordSeconds);
    if (!job || hidden) {
      throw imageJobProblems.imageNotFound.error(expectation('the id of an image that you may see', 'id', id));
    }
    return job;
  }
}

/** Which page of a list is asked for. */
export interface PageRequest {
  readonly status?: ImageStatus;
  readonly limit: number;
  readonly after?: ListPosition;
  readonly before?: ListPosition;
}

/** One page, and whether more stands on either side. */
export interface Page {
  readonly jobs: ImageJob[];
  readonly hasNewer: boolean;
  readonly hasOlder: boolean;
}

/** Lists the jobs of an account, newest first. */
export class ListImageJobs {
  constructor(
    private readonly jobs: ImageJobRepository,
    private readonly clock: Clock,
    private readonly life: RecordLife,
  ) {}

  /** One job more than the page holds is asked for: it tells whether the list goes on. */
  async execute(accountId: string, { limit, ...request }: PageRequest): Promise<Page> {
    const now = this.clock.now();
    const endedAfter = secondsAfter(now, -this.life.recordSeconds);
    const found = await this.jobs.list(accountId, { ...request, limit: limit + 1, now, endedAfter });
    const more = found.length > limit;
    if (request.before) return { jobs: more ? found.slice(1) : found, hasNewer: more, hasOlder: true };
    return { jobs: found.slice(0, limit), hasNewer: request.after !== undefined, hasOlder: more };
  }
}
