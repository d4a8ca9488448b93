import type { EntityManager } from '@mikro-orm/core';
import { EntityRows } from '../../../database/entity-rows.ts';
import type { KeptStatements, StatementValue } from '../../../database/kept-statements.ts';
import { Batch, BatchState } from '../../domain/batch.ts';
import { ImageJob } from '../../domain/image-job.ts';

/** What a batch shows of its jobs, and what tells whether they are remembered. */
const SHOWN = [
  ...(['id', 'batchId', 'batchPosition', 'name', 'status', 'outputs'] as const),
  ...(['completedAt', 'downloadExpiresAt'] as const),
];

/** Reads batches with their jobs. */
export class BatchRows {
  readonly rows: EntityRows<Batch>;
  private readonly shown: EntityRows<ImageJob>;
  private readonly select: string;

  constructor(em: EntityManager) {
    this.rows = new EntityRows(em, Batch as never);
    this.shown = new EntityRows(em, ImageJob, SHOWN);
    this.select = `select ${this.rows.columns} from batches where`;
  }

  /** Null for one that has lost its last job, too: its row outlives that for a while. */
  async find(on: KeptStatements, id: string): Promise<BatchState | null> {
    const [state] = await this.list(on, 'id = ?', [id]);
    return state && state.jobs.length > 0 ? state : null;
  }

  /** The batches that a condition finds, in its order, each with its jobs in theirs. */
  async list(on: KeptStatements, condition: string, values: readonly StatementValue[]): Promise<BatchState[]> {
    const found = await on.rows<object>(`${this.select} ${condition}`, values);
    const batches = found.map((row) => this.rows.object(row));
    if (batches.length === 0) return [];
    const ofBatches = `select ${this.shown.columns} from image_jobs
      where ${on.isListed('batch_id', 'uuid')} order by batch_id, batch_position`;
    const rows = await on.rows<object>(ofBatches, [on.listed(batches.map(({ id }) => id))]);
    const jobs = rows.map((row) => this.shown.object(row));
    const byBatch = Map.groupBy(jobs, ({ batchId }) => batchId);
    return batches.map((batch) => new BatchState(batch, byBatch.get(batch.id) ?? []));
  }
}
