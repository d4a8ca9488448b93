import type { EntityRows } from '../../../database/entity-rows.ts';
import type { KeptStatements, StatementValue } from '../../../database/kept-statements.ts';
import type { Admission, AdmissionLimits } from '../../application/ports.ts';
import type { ImageJob } from '../../domain/image-job.ts';
import { LetIn } from './let-in.ts';
import { noteWaitingBefore, WAITING_BEFORE } from './waiting-before.ts';

const OWN = `(
  select count(case when status in ('pending', 'processing') then 1 end) as active, coalesce(sum(kept_bytes), 0) as kept
  from image_jobs where owner_key = ? and status in ('pending', 'processing', 'completed')
) own`;

/** Images of an owner in a month, if they are counted. */
const ACCEPTED = 'coalesce((select images from monthly_counts where owner_key = ? and month = ?), 0)';
const COUNT_ACCEPTED = `
  insert into monthly_counts (owner_key, month, images) values (?, ?, ?)
  on conflict (owner_key, month) do update set images = monthly_counts.images + excluded.images`;

/** Counts jobs that wait or run. */
export const COUNT_ACTIVE = `select count(*) as jobs from image_jobs where status in ('pending', 'processing')`;

/** Of an owner, and of all; and whether the caller would still be let in, as 0 or 1. */
type Totals = Readonly<Record<'active' | 'kept' | 'queue' | 'month' | 'let_in', number>>;

/**
 * Adds jobs by one statement each, which counts and writes at once; a second one says why nothing was written. An owner
 * with a limit by the month is counted by one more, so those belong into a transaction.
 */
export class AddingStatements {
  private readonly insert: string;
  private readonly letIn: LetIn;

  constructor(
    statements: KeptStatements,
    private readonly rows: EntityRows<ImageJob>,
  ) {
    this.insert = `insert into image_jobs (${rows.columns}) select ${rows.types.map((type) => statements.typed(type))}
      from ${OWN} where own.active < ? and own.kept + ? <= ?`;
    this.letIn = new LetIn(statements);
  }

  /** Adds the job if its limits allow it; the queue's is looked at only where it is near. */
  async add(on: KeptStatements, job: ImageJob, limits: AdmissionLimits, isQueueNear: boolean): Promise<Admission> {
    for (;;) {
      if (await this.isAdded(on, job, limits, isQueueNear)) {
        await this.countAccepted(on, job.ownerKey, limits, 1);
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
    limits: AdmissionLimits,
    isQueueNear: boolean,
  ): Promise<boolean> {
    const { activeJobs, keptBytes, queue, monthly } = limits;
    const letIn = this.letIn.condition(job, limits);
    const values: StatementValue[] = [...this.rows.values(job), job.ownerKey, activeJobs, job.keptBytes, keptBytes];
    let sql = `${this.insert} and ${letIn.sql}`;
    values.push(...letIn.values);
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

  /** What comes of adding these jobs of one owner one after the other; nobody else may add any of theirs meanwhile. */
  async admissions(on: KeptStatements, jobs: readonly ImageJob[], limits: AdmissionLimits): Promise<Admission[]> {
    const [first] = jobs;
    if (!first) return [];
    let totals = await this.totals(on, first, limits);
    return jobs.map(({ keptBytes }) => {
      const reason = refusalUnder(totals, keptBytes, limits);
      if (reason) return reason;
      const { active, kept, queue, month } = totals;
      totals = { ...totals, active: active + 1, kept: kept + keptBytes, queue: queue + 1, month: month + 1 };
      return 'added';
    });
  }

  /** Counts so many jobs of an owner for their month, if there is such a limit. */
  async countAccepted(on: KeptStatements, ownerKey: string, { monthly }: AdmissionLimits, jobs: number): Promise<void> {
    if (monthly) await on.change(COUNT_ACCEPTED, [ownerKey, monthly.month, jobs]);
  }

  private async reason(on: KeptStatements, job: ImageJob, limits: AdmissionLimits): Promise<Admission | undefined> {
    return refusalUnder(await this.totals(on, job, limits), job.keptBytes, limits);
  }

  private async totals(on: KeptStatements, job: ImageJob, limits: AdmissionLimits): Promise<Totals> {
    const { ownerKey } = job;
    const { monthly } = limits;
    const month = monthly ? ACCEPTED : '0';
    const letIn = this.letIn.condition(job, limits);
    const sql = `select own.active, own.kept, (${COUNT_ACTIVE}) as queue, ${month} as month, ${letIn.sql} as let_in
      from ${OWN}`;
    const values = [...(monthly ? [ownerKey, monthly.month] : []), ...letIn.values, ownerKey];
    const [row = {}] = await on.rows<Partial<Record<keyof Totals, number | string | boolean>>>(sql, values);
    return Object.fromEntries(Object.entries(row).map(([name, figure]) => [name, Number(figure)])) as Totals;
  }
}

function refusalUnder(totals: Totals, bytes: number, limits: AdmissionLimits): Admission | undefined {
  const { active, kept, queue, month } = totals;
  // First of all: whoever is shut out is told nothing of the account.
  if (!totals.let_in) return 'shut_out';
  if (queue >= limits.queue) return 'queue_full';
  if (active >= limits.activeJobs) return 'too_many_jobs';
  if (kept + bytes > limits.keptBytes) return 'too_many_bytes';
  return limits.monthly && month >= limits.monthly.images ? 'monthly_limit' : undefined;
}
