import type { EntityManager } from '@mikro-orm/core';
import { EntityRows } from '../../../database/entity-rows.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import type { JobEnding } from '../../../image-jobs/infrastructure/sql/job-endings.ts';
import { UsageEntry } from '../../domain/usage-entry.ts';
import { ADDED_TO_LINES } from './usage-figures.ts';

/** Writes a job that is completed or failed into the ledger, all its lines by one insert; that it expires adds nothing. */
export function usageWriter(em: EntityManager): JobEnding {
  const statements = keptStatements(em);
  const rows = new EntityRows(em, UsageEntry);
  // SQLite would take "on conflict" after "from changed" for the condition of a join.
  const line = `select ${rows.types.map((type) => statements.typed(type)).join(', ')} from changed where true`;
  return {
    statement(job) {
      if (job.status === 'expired') return null;
      const entries = UsageEntry.of(job);
      const lines = entries.map(() => line).join(' union all ');
      const sql = `insert into usage_days (${rows.columns}) ${lines} ${ADDED_TO_LINES}`;
      return { sql, values: entries.flatMap((entry) => rows.values(entry)) };
    },
  };
}
