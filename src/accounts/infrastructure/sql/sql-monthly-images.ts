import type { EntityManager } from '@mikro-orm/core';
import type { KeptStatements } from '../../../database/kept-statements.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import { MonthlyImages } from '../../application/ports.ts';

const ACCEPTED = 'select images from monthly_counts where owner_key = ? and month = ?';
const BEGIN = `
  insert into monthly_counts (owner_key, month, images) values (?, ?, ?)
  on conflict (owner_key, month) do update set images = excluded.images where monthly_counts.images < excluded.images`;
const FORGET = 'delete from monthly_counts where month < ?';

/** The table of monthly counts, as its owners see it; jobs count themselves as they are added. */
export class SqlMonthlyImages extends MonthlyImages {
  private readonly statements: KeptStatements;

  constructor(em: EntityManager) {
    super();
    this.statements = keptStatements(em);
  }

  async accepted(ownerKey: string, month: string): Promise<number> {
    const [row] = await this.statements.rows<{ images: number | string }>(ACCEPTED, [ownerKey, month]);
    return Number(row?.images ?? 0);
  }

  async begin(ownerKey: string, month: string, images: number): Promise<void> {
    await this.statements.change(BEGIN, [ownerKey, month, images]);
  }

  async forget(before: string): Promise<void> {
    await this.statements.change(FORGET, [before]);
  }
}
