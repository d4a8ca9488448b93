import type { EntityManager, FilterQuery } from '@mikro-orm/core';
import { EntityRows } from '../../../database/entity-rows.ts';
import type { KeptStatements } from '../../../database/kept-statements.ts';
import { findPage } from '../../../database/pages.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import { type Admission, type AdmissionLimits, ImageJobRepository, type ListQuery } from '../../application/ports.ts';
import { ImageJob, type ImageStatus } from '../../domain/image-job.ts';
import { AddingStatements, COUNT_ACTIVE } from './adding-statements.ts';
import { BatchEnds } from './batch-ends.ts';
import { CostlyFigure } from './costly-figure.ts';
import { JobEndings } from './job-endings.ts';
import { noteWaitingBefore, WAITING_BEFORE } from './waiting-before.ts';

const ACTIVE: ImageStatus[] = ['pending', 'processing'];
/** More jobs than the processes together can be adding at one moment, and in a millisecond. */
const ADDED_AT_ONCE = 1000;
const ADDED_IN_MS = 2;
const FIRST_DOWNLOAD = `
  update image_jobs set downloaded_at = ?, download_expires_at = ?, version = version + 1
  where id = ? and status = 'completed' and downloaded_at is null`;
const REMOVE = 'delete from image_jobs where id = ? returning status';

/** Image jobs in the database. What every upload and poll asks is kept statements; lists are the ORM's. */
export class MikroOrmImageJobRepository extends ImageJobRepository {
  private readonly statements: KeptStatements;
  private readonly rows: EntityRows<ImageJob>;
  private readonly adding: AddingStatements;
  private readonly active: CostlyFigure<number>;
  private readonly findById: string;
  private readonly batches: BatchEnds;
  private readonly wanted: (id: string) => Promise<ImageJob | null>;

  constructor(
    private readonly em: EntityManager,
    endings = new JobEndings(),
  ) {
    super();
    this.statements = keptStatements(em);
    this.rows = new EntityRows(em, ImageJob);
    this.adding = new AddingStatements(this.statements, this.rows);
    this.batches = new BatchEnds(em, endings);
    this.active = new CostlyFigure(
      () => this.countActive(),
      (jobs) => jobs,
    );
    this.findById = `select ${this.rows.columns}, case when status = 'pending' then ${WAITING_BEFORE} end as waiting_before
      from image_jobs where ${this.statements.isListed('id', 'uuid')}`;
    this.wanted = this.statements.finder((ids) => this.findAll(ids));
  }

  /** Those of one owner are added one after the other, and near the queue's limit all are: what is counted still holds. */
  async add(job: ImageJob, limits: AdmissionLimits): Promise<Admission> {
    const isQueueNear = await this.isQueueNear(limits.queue);
    const names = isQueueNear ? [job.ownerKey, 'queue'] : [job.ownerKey];
    const add = (statements: KeptStatements) => this.adding.add(statements, job, limits, isQueueNear);
    return limits.monthly ? this.statements.together(names, add) : this.statements.alone(names, add);
  }

  find(id: string): Promise<ImageJob | null> {
    return this.wanted(id);
  }

  list(accountId: string, { status, now, endedAfter, ...page }: ListQuery): Promise<ImageJob[]> {
    const where: FilterQuery<ImageJob>[] = [{ accountId }, remembered(endedAfter)];
    if (status) where.push(presented(status, now));
    return findPage(this.em.fork(), ImageJob, where, page);
  }

  async idsOf(accountId: string): Promise<string[]> {
    const jobs = await this.em.fork().find(ImageJob, { accountId }, { fields: ['id'] });
    return jobs.map(({ id }) => id);
  }

  async recordFirstDownload(id: string, downloadedAt: Date, downloadExpiresAt: Date): Promise<boolean> {
    return (await this.statements.change(FIRST_DOWNLOAD, [downloadedAt, downloadExpiresAt, id])) === 1;
  }

  /** A job that waits or runs may be what its batch still waits for. */
  async remove(id: string): Promise<ImageJob | null> {
    const job = await this.find(id);
    if (!job) return null;
    const removed = await this.batches.ending(
      job,
      (on) => on.rows<{ status: ImageStatus }>(REMOVE, [id]),
      ([row]) => row !== undefined && ACTIVE.includes(row.status),
    );
    return removed.length === 1 ? job : null;
  }

  private async findAll(ids: readonly string[]): Promise<ReadonlyMap<string, ImageJob>> {
    const rows = await this.statements.rows<{ waiting_before: string | null }>(this.findById, [
      this.statements.listed(ids),
    ]);
    const found = new Map<string, ImageJob>();
    for (const row of rows) {
      const job = this.rows.object(row);
      if (row.waiting_before !== null) noteWaitingBefore(job, row.waiting_before);
      found.set(job.id, job);
    }
    return found;
  }

  /** Whether so many jobs may be active that the queue's limit has to be looked at. */
  private async isQueueNear(limit: number): Promise<boolean> {
    const { value, ageMs } = await this.active.get();
    return value + ADDED_AT_ONCE + ageMs * ADDED_IN_MS >= limit;
  }

  private async countActive(): Promise<number> {
    const [row] = await this.statements.rows<{ jobs: number | string }>(COUNT_ACTIVE, []);
    return Number(row?.jobs);
  }
}

/** Jobs whose record is not over. */
function remembered(endedAfter: Date): FilterQuery<ImageJob> {
  return {
    $or: [
      { status: { $in: ACTIVE } },
      { status: 'failed', completedAt: { $gt: endedAfter } },
      { status: { $in: ['completed', 'expired'] }, downloadExpiresAt: { $gt: endedAfter } },
    ],
  };
}

/** Jobs that show this status at this moment, as `ImageJob.statusAt` says. */
function presented(status: ImageStatus, now: Date): FilterQuery<ImageJob> {
  if (status === 'completed') return { status, downloadExpiresAt: { $gt: now } };
  if (status === 'expired') return { $or: [{ status }, { status: 'completed', downloadExpiresAt: { $lte: now } }] };
  return { status };
}
