import type { EntityManager } from '@mikro-orm/core';
import { EntityRows } from '../../../database/entity-rows.ts';
import type { KeptStatements } from '../../../database/kept-statements.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import { type Admission, type AdmissionLimits, type BatchListQuery, BatchRepository } from '../../application/ports.ts';
import { type Batch, type BatchedJob, BatchState } from '../../domain/batch.ts';
import { ImageJob } from '../../domain/image-job.ts';
import { AddingStatements } from './adding-statements.ts';
import { BatchRows } from './batch-rows.ts';

const REMEMBERED = `exists (
  select 1 from image_jobs where batch_id = batches.id and (status in ('pending', 'processing')
    or (status = 'failed' and completed_at > ?) or (status in ('completed', 'expired') and download_expires_at > ?)))`;
const REMOVE_JOBS = 'delete from image_jobs where batch_id = ? returning id';
const REMOVE = 'delete from batches where id = ?';
const REMOVE_ALL = 'delete from batches where account_id = ?';
const FORGET_EMPTY = `
  delete from batches where id in (
    select id from batches where created_at < ? and not exists (select 1 from image_jobs where batch_id = batches.id)
    order by created_at limit ?)`;

/** Batches in the database. */
export class MikroOrmBatchRepository extends BatchRepository {
  private readonly statements: KeptStatements;
  private readonly batches: BatchRows;
  private readonly jobRows: EntityRows<ImageJob>;
  private readonly adding: AddingStatements;

  constructor(em: EntityManager) {
    super();
    this.statements = keptStatements(em);
    this.batches = new BatchRows(em);
    this.jobRows = new EntityRows(em, ImageJob);
    this.adding = new AddingStatements(this.statements, this.jobRows);
  }

  /** Those of one owner are added one after the other, and whoever looks at the queue's limit looks alone. */
  async add(
    jobs: readonly ImageJob[],
    limits: AdmissionLimits,
    batchOf: (admissions: readonly Admission[]) => Batch | null,
  ): Promise<BatchState | null> {
    const [first] = jobs;
    if (!first) return stateOf(batchOf([]), []);
    return this.statements.together([first.ownerKey, 'queue'], async (own) => {
      const admissions = await this.adding.admissions(own, jobs, limits);
      const batch = batchOf(admissions);
      if (!batch) return null;
      const added = jobs.filter((_, n) => admissions[n] === 'added');
      await own.change(this.batches.rows.insertInto('batches'), this.batches.rows.values(batch));
      for (const job of added) await own.change(this.jobRows.insertInto('image_jobs'), this.jobRows.values(job));
      await this.adding.countAccepted(own, first.ownerKey, limits, added.length);
      return new BatchState(batch, added);
    });
  }

  find(id: string): Promise<BatchState | null> {
    return this.batches.find(this.statements, id);
  }

  async list(accountId: string, { after, before, limit, endedAfter }: BatchListQuery): Promise<BatchState[]> {
    const [place, side, direction] = before ? [before, '>', 'asc'] : [after, '<', 'desc'];
    const beyond = place ? `and (created_at, id) ${side} (?, ?)` : '';
    const found = await this.batches.list(
      this.statements,
      `account_id = ? ${beyond} and ${REMEMBERED}
       order by created_at ${direction}, id ${direction} limit ?`,
      [accountId, ...(place ? [place.createdAt, place.id] : []), endedAfter, endedAfter, limit],
    );
    return before ? found.reverse() : found;
  }

  async jobsOf(id: string): Promise<ImageJob[]> {
    const sql = `select ${this.jobRows.columns} from image_jobs where batch_id = ? order by batch_position`;
    return (await this.statements.rows<object>(sql, [id])).map((row) => this.jobRows.object(row));
  }

  remove(id: string): Promise<string[]> {
    return this.statements.together([], async (own) => {
      const jobs = await own.rows<{ id: string }>(REMOVE_JOBS, [id]);
      await own.change(REMOVE, [id]);
      return jobs.map((job) => job.id);
    });
  }

  async removeAllOf(accountId: string): Promise<void> {
    await this.statements.change(REMOVE_ALL, [accountId]);
  }

  forgetEmpty(createdBefore: Date, limit: number): Promise<number> {
    return this.statements.change(FORGET_EMPTY, [createdBefore, limit]);
  }
}

function stateOf(batch: Batch | null, jobs: readonly BatchedJob[]): BatchState | null {
  return batch && new BatchState(batch, jobs);
}
