import type { EntityRows } from '../../../database/entity-rows.ts';
import type { KeptStatements, StatementValue } from '../../../database/kept-statements.ts';
import type { Admission, AdmissionLimits } from '../../application/ports.ts';
import type { ImageJob } from '../../domain/image-job.ts';
import { noteWaitingBefore, WAITING_BEFORE } from './waiting-before.ts';

const OWN = `(
  select count(case when status in ('pending', 'processing') then 1 end) as active, coalesce(sum(kept_bytes), 0) as kept
  from image_jobs where owner_key = ? and status in ('pending', 'processing', 'completed')
) own`;

/** Images of an owner in a month, if they are counted. */
const ACCEPTED = 'coalesce((select images from monthly_counts where owner_key = ? and month = ?), 0)';
const COUNT_ACCEPTED = `
  insert into monthly_counts (owner_key, month, images) values (?, ?, 1)
  on conflict (owner_key, month) do update set images = monthly_counts.images + 1`;

/** Counts jobs that wait or run. */
export const COUNT_ACTIVE = `select count(*) as jobs from image_jobs where status in ('pending', 'processing')`;

type Totals = Record<'active' | 'kept' | 'queue' | 'accounts', number | string>;

/**
 * Adds jobs by one statement each, which counts and writes at once; a second one says why nothing was written. An owner
 * with a limit by the month is counted by one more, so those belong into a transaction.
 */
export class AddingStatements {
  private readonly insert: string;
  private readonly hasAccount: string;

  constructor(
    statements: KeptStatements,
    private readonly rows: EntityRows<ImageJob>,
  ) {
    const id = statements.typed('uuid');
    this.insert = `insert into image_jobs (${rows.columns}) select ${rows.types.map((type) => statements.typed(type))}
      from ${OWN} where own.active < ? and own.kept + ? <= ?`;
    // A row that is held cannot go before this one is there to be erased with it.
    this.hasAccount = ` and exists (select 1 from accounts where id = ${id}${statements.holding})`;
  }

  /** Adds the job if its limits allow it; the queue's is looked at only where it is near. */
  async add(on: KeptStatements, job: ImageJob, limits: AdmissionLimits, isQueueNear: boolean): Promise<Admission> {
    for (;;) {
      if (await this.isAdded(on, job, limits, isQueueNear)) {
        if (limits.monthly) await on.change(COUNT_ACCEPTED, [job.ownerKey, limits.monthly.month]);
        return 'added';
      }
      const reason = await this.reason(on, job, limits);
      // None is left if a job has ended meanwhile.
      if (reason) return reason;
    }
  }

  private async isAdded(
    on: KeptStatements,
    job: ImageJob,
    { activeJobs, keptBytes, queue, monthly }: AdmissionLimits,
    isQueueNear: boolean,
  ): Promise<boolean> {
    const values: StatementValue[] = [...this.rows.values(job), job.ownerKey, activeJobs, job.keptBytes, keptBytes];
    let sql = this.insert;
    if (job.accountId !== null) {
      sql += this.hasAccount;
      values.push(job.accountId);
    }
    if (monthly) {
      sql += ` and ${ACCEPTED} < ?`;
      values.push(job.ownerKey, monthly.month, monthly.images);
    }
    if (isQueueNear) {
      sql += ` and (${COUNT_ACTIVE}) < ?`;
      values.push(queue);
    }
    const [added] = await on.rows<{ waiting_before: string }>(
      `${sql} returning ${WAITING_BEFORE} as waiting_before`,
      values,
    );
    if (added) noteWaitingBefore(job, added.waiting_before);
    return added !== undefined;
  }

  private async reason(on: KeptStatements, job: ImageJob, limits: AdmissionLimits): Promise<Admission | undefined> {
    const sql = `select own.active, own.kept, (${COUNT_ACTIVE}) as queue,
      (select count(*) from accounts where id = ${on.typed('uuid')}) as accounts from ${OWN}`;
    const [row] = await on.rows<Totals>(sql, [job.accountId, job.ownerKey]);
    const [active, kept, queue, accounts] = [row?.active, row?.kept, row?.queue, row?.accounts].map(Number) as [
      number,
      number,
      number,
      number,
    ];
    if (queue >= limits.queue) return 'queue_full';
    if (active >= limits.activeJobs) return 'too_many_jobs';
    if (kept + job.keptBytes > limits.keptBytes) return 'too_many_bytes';
    if (job.accountId !== null && accounts === 0) return 'account_gone';
    return (await this.isMonthUsedUp(on, job, limits)) ? 'monthly_limit' : undefined;
  }

  private async isMonthUsedUp(on: KeptStatements, { ownerKey }: ImageJob, { monthly }: AdmissionLimits) {
    if (!monthly) return false;
    const [row] = await on.rows<{ images: number | string }>(`select ${ACCEPTED} as images`, [ownerKey, monthly.month]);
    return Number(row?.images) >= monthly.images;
  }
}
