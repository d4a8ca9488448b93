import type { EntityManager } from '@mikro-orm/core';
import { EntityRows } from '../../../database/entity-rows.ts';
import type { KeptStatements } from '../../../database/kept-statements.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import { type DayRange, type Grouping, type UsageGroup, UsageLedger } from '../../application/ports.ts';
import { USAGE_FIGURES, type Usage } from '../../domain/usage.ts';
import { UsageEntry } from '../../domain/usage-entry.ts';
import { ADDED_TO_LINES, FIGURE_COLUMNS, SUMMED_FIGURES } from './usage-figures.ts';

const COLUMN_OF: Readonly<Record<Grouping, string>> = { day: 'day', key: 'key_prefix', operation: 'operation' };
const OWN_DAYS = 'account_id = ? and day between ? and ?';
const TOTAL = `select ${SUMMED_FIGURES} from usage_days where ${OWN_DAYS} and operation = ''`;
const ACCOUNTS = "select distinct account_id as id from usage_days where day between ? and ? and account_id <> ''";
const FORGET = 'delete from usage_days where day < ?';

type Row = Record<string, string | number>;

/** The ledger's table. */
export class SqlUsageLedger extends UsageLedger {
  private readonly statements: KeptStatements;
  private readonly rows: EntityRows<UsageEntry>;

  constructor(em: EntityManager) {
    super();
    this.statements = keptStatements(em);
    this.rows = new EntityRows(em, UsageEntry);
  }

  async groupsOf(accountId: string, { from, to }: DayRange, by: Grouping): Promise<UsageGroup[]> {
    const column = COLUMN_OF[by];
    const lines = by === 'operation' ? "operation <> ''" : "operation = ''";
    const sql = `select ${column} as name, ${SUMMED_FIGURES} from usage_days where ${OWN_DAYS} and ${lines}
      group by ${column}`;
    const rows = await this.statements.rows<Row>(sql, [accountId, from, to]);
    // Databases order letters each in its own way.
    rows.sort((one, other) => (String(one.name) < String(other.name) ? -1 : 1));
    return rows.map((row) => ({ name: row.name === '' ? null : String(row.name), usage: usageOf(row) }));
  }

  async totalOf(accountId: string, { from, to }: DayRange): Promise<Usage> {
    const [row] = await this.statements.rows<Row>(TOTAL, [accountId, from, to]);
    return usageOf(row as Row);
  }

  async accountsIn({ from, to }: DayRange): Promise<string[]> {
    return (await this.statements.rows<{ id: string }>(ACCOUNTS, [from, to])).map(({ id }) => id);
  }

  async forget(before: string): Promise<void> {
    await this.statements.change(FORGET, [before]);
  }

  /** What is deleted is what is added to: of several who do this at once, one finds lines. */
  anonymize(accountId: string): Promise<void> {
    const remove = `delete from usage_days where account_id = ? returning ${this.rows.columns}`;
    const add = `${this.rows.insertInto('usage_days')} ${ADDED_TO_LINES}`;
    return this.statements.together([], async (own) => {
      const removed = await own.rows<object>(remove, [accountId]);
      const entries = removed.map((row) => this.rows.object(row));
      for (const entry of UsageEntry.anonymized(entries)) await own.change(add, this.rows.values(entry));
    });
  }
}

function usageOf(row: Row): Usage {
  return Object.fromEntries(
    USAGE_FIGURES.map((figure, at) => [figure, Number(row[FIGURE_COLUMNS[at] as string])]),
  ) as never;
}
