import type { EntityManager, FilterQuery } from '@mikro-orm/core';
import { type WorkAhead, WorkStatistics } from '../../application/ports.ts';
import { ImageJob } from '../../domain/image-job.ts';
import { type Pace, paceOf } from '../../domain/pace.ts';
import { WaitingQueue } from './waiting-queue.ts';

/** So many running jobs are looked at. */
const RUNNING_SEEN = 100;
/** How many of the latest jobs the pace is measured from. */
const PACE_JOBS = 50;

/** Statistics over the job table, each from a bounded number of rows. */
export class SqlWorkStatistics extends WorkStatistics {
  private readonly queue = new WaitingQueue();

  constructor(private readonly em: EntityManager) {
    super();
  }

  async ahead(job: ImageJob): Promise<WorkAhead> {
    const em = this.em.fork();
    const waiting = await this.queue.before(job, em);
    const fields = ['id', 'sourceWidth', 'sourceHeight', 'sourceFrames', 'startedAt'] as const;
    const others = { status: 'processing' as const, id: { $ne: job.id } };
    const running = await em.find(ImageJob, others, { fields, limit: RUNNING_SEEN });
    return {
      waiting: waiting.jobs,
      waitingPixels: waiting.pixels,
      running: running.map((other) => ({ pixels: sourcePixels([other]), startedAt: other.startedAt ?? job.createdAt })),
    };
  }

  async pace(): Promise<Pace | null> {
    const fields = ['id', 'sourceWidth', 'sourceHeight', 'sourceFrames', 'startedAt', 'completedAt', 'result'] as const;
    const where: FilterQuery<ImageJob> = { status: { $in: ['completed', 'expired'] }, completedAt: { $ne: null } };
    const order = { completedAt: 'desc' } as const;
    const done = await this.em.fork().find(ImageJob, where, { fields, orderBy: order, limit: PACE_JOBS });
    return paceOf(done.map((job) => ({ pixels: sourcePixels([job]), milliseconds: durationOf(job) })));
  }
}

/** From the claim to the result, and no less than the pixel work took. */
function durationOf({
  startedAt,
  completedAt,
  result,
}: Pick<ImageJob, 'startedAt' | 'completedAt' | 'result'>): number {
  const whole = startedAt && completedAt ? completedAt.getTime() - startedAt.getTime() : 0;
  return Math.max(whole, result?.processingMs ?? 0);
}

function sourcePixels(jobs: readonly Pick<ImageJob, 'sourceWidth' | 'sourceHeight' | 'sourceFrames'>[]): number {
  return jobs.reduce((sum, job) => sum + job.sourceWidth * job.sourceHeight * job.sourceFrames, 0);
}
