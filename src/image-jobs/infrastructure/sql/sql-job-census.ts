import type { EntityManager } from '@mikro-orm/core';
import { JobCensus } from '../../application/ports.ts';
import { ImageJob, type ImageStatus, QUEUE_RANKS } from '../../domain/image-job.ts';
import { CostlyFigure } from './costly-figure.ts';

type ByStatus = Partial<Record<ImageStatus, number>>;

/** Counts over the job table. */
export class SqlJobCensus extends JobCensus {
  private readonly counts: CostlyFigure<ByStatus>;

  constructor(private readonly em: EntityManager) {
    super();
    const jobsOf = (counts: ByStatus) => Object.values(counts).reduce((sum, jobs) => sum + jobs, 0);
    this.counts = new CostlyFigure(() => countByStatus(em), jobsOf, { leastMs: 0 });
  }

  async byStatus(): Promise<ByStatus> {
    return (await this.counts.get()).value;
  }

  activeOf(ownerKey: string): Promise<number> {
    return this.em.fork().count(ImageJob, { ownerKey, status: { $in: ['pending', 'processing'] } });
  }

  /** The index of waiting jobs begins with their rank, so each rank is asked for its own. */
  async oldestWaiting(): Promise<Date | null> {
    const order = { createdAt: 'asc', id: 'asc' } as const;
    const oldest = await Promise.all(
      Object.values(QUEUE_RANKS).map(async (queueRank) => {
        const where = { status: 'pending', queueRank } as const;
        const [first] = await this.em.fork().find(ImageJob, where, { fields: ['createdAt'], orderBy: order, limit: 1 });
        return first ? [first.createdAt] : [];
      }),
    );
    const [first] = oldest.flat().sort((one, other) => one.getTime() - other.getTime());
    return first ?? null;
  }
}

async function countByStatus(em: EntityManager): Promise<ByStatus> {
  const sql = 'select status, count(*) as jobs from image_jobs group by status';
  const rows = (await em.getConnection().execute(sql)) as { status: ImageStatus; jobs: number | string }[];
  return Object.fromEntries(rows.map(({ status, jobs }) => [status, Number(jobs)]));
}
