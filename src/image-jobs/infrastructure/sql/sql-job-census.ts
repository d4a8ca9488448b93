import type { EntityManager } from '@mikro-orm/core';
import type { KeptStatements } from '../../../database/kept-statements.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import { JobCensus } from '../../application/ports.ts';
import { type ImageStatus, QUEUE_RANKS } from '../../domain/image-job.ts';
import { CostlyFigure } from './costly-figure.ts';

type ByStatus = Partial<Record<ImageStatus, number>>;

const BY_STATUS = 'select status, count(*) as jobs from image_jobs group by status';
const ACTIVE_OF = "select count(*) as jobs from image_jobs where owner_key = ? and status in ('pending', 'processing')";
/** The index of waiting jobs begins with their rank, so each rank is asked for its own. */
const OLDEST_WAITING = "select min(created_at) as oldest from image_jobs where status = 'pending' and queue_rank = ?";

/** Counts over the job table. */
export class SqlJobCensus extends JobCensus {
  private readonly statements: KeptStatements;
  private readonly counts: CostlyFigure<ByStatus>;

  constructor(em: EntityManager) {
    super();
    this.statements = keptStatements(em);
    const jobsOf = (counts: ByStatus) => Object.values(counts).reduce((sum, jobs) => sum + jobs, 0);
    this.counts = new CostlyFigure(() => this.countByStatus(), jobsOf, { leastMs: 0 });
  }

  async byStatus(): Promise<ByStatus> {
    return (await this.counts.get()).value;
  }

  async activeOf(ownerKey: string): Promise<number> {
    const [row] = await this.statements.rows<{ jobs: number | string }>(ACTIVE_OF, [ownerKey]);
    return Number(row?.jobs);
  }

  async oldestWaiting(): Promise<Date | null> {
    const oldest = await Promise.all(Object.values(QUEUE_RANKS).map((rank) => this.oldestOf(rank)));
    const [first] = oldest.flat().sort((one, other) => one.getTime() - other.getTime());
    return first ?? null;
  }

  private async oldestOf(rank: number): Promise<Date[]> {
    const [row] = await this.statements.rows<{ oldest: string | number | null }>(OLDEST_WAITING, [rank]);
    return row === undefined || row.oldest === null ? [] : [new Date(row.oldest)];
  }

  private async countByStatus(): Promise<ByStatus> {
    const rows = await this.statements.rows<{ status: ImageStatus; jobs: number | string }>(BY_STATUS, []);
    return Object.fromEntries(rows.map(({ status, jobs }) => [status, Number(jobs)]));
  }
}
