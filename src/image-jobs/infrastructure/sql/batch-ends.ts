import type { EntityManager } from '@mikro-orm/core';
import { follow, type KeptStatements } from '../../../database/kept-statements.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import type { ImageJob } from '../../domain/image-job.ts';
import { BatchRows } from './batch-rows.ts';
import type { JobEndings } from './job-endings.ts';

const UNFINISHED = `
  select 1 as unfinished from image_jobs where batch_id = ? and status in ('pending', 'processing') limit 1`;

/**
 * Ends jobs, and with the last one of a batch the batch. Those of one batch end one after the other: of two last ones at
 * the same moment one sees that none is left, and no more than one, since a job ends once and a batch gets no new ones.
 */
export class BatchEnds {
  private readonly statements: KeptStatements;
  private readonly rows: BatchRows;

  constructor(
    em: EntityManager,
    private readonly endings: JobEndings,
  ) {
    this.statements = keptStatements(em);
    this.rows = new BatchRows(em);
  }

  /**
   * Makes a change to a job of which `hasEnded` tells whether it has ended it, or removed it before its end. What follows
   * the end of its batch is written in the same transaction.
   */
  async ending<T>(
    job: ImageJob,
    change: (on: KeptStatements) => Promise<T>,
    hasEnded: (changed: T) => boolean,
  ): Promise<T> {
    const { batchId } = job;
    if (batchId === null || job.isFinal()) return change(this.statements);
    let written: (() => void)[] = [];
    const changed = await this.statements.together([`batch ${batchId}`], async (own) => {
      const result = await change(own);
      if (hasEnded(result)) written = await this.follow(own, batchId, job);
      return result;
    });
    for (const tell of written) tell();
    return changed;
  }

  /** What is to be called once it is all written for good. */
  private async follow(own: KeptStatements, batchId: string, last: ImageJob): Promise<(() => void)[]> {
    const unfinished = await own.rows(UNFINISHED, [batchId]);
    const state = unfinished.length === 0 ? await this.rows.find(own, batchId) : null;
    if (!state) return [];
    const written: (() => void)[] = [];
    for (const { ending, statement } of this.endings.ofBatch({ state, last })) {
      const told = await follow(own, statement);
      written.push(() => ending.written?.(told));
    }
    return written;
  }
}
