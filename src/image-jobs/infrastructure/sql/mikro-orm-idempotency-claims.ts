import type { EntityManager } from '@mikro-orm/core';
import { EntityRows } from '../../../database/entity-rows.ts';
import type { KeptStatements } from '../../../database/kept-statements.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import { IdempotencyClaims } from '../../application/ports.ts';
import { IdempotencyClaim } from '../../domain/idempotency-claim.ts';

const FORGET = 'delete from idempotency_claims where claimed_at <= ?';
const TAKE_OVER = `
  update idempotency_claims set fingerprint = ?, job_id = ?, claimed_at = ? where scope = ? and job_id = ?
    and not exists (select 1 from image_jobs where id = ? or batch_id = ?)`;
const IS_HELD = 'select job_id from idempotency_claims where scope = ? and job_id = ?';
const RELEASE = 'delete from idempotency_claims where job_id = ?';
const RELEASE_EMPTIED = `${RELEASE} and not exists (select 1 from image_jobs where batch_id = ?)`;

/**
 * Idempotency keys in the database. Each step is one statement. Of a key, taking it over and asking whether it is held go one
 * after the other: either whoever takes over sees what its holder has made, or the holder, who asks when it has made it,
 * sees that the key is another's.
 */
export class MikroOrmIdempotencyClaims extends IdempotencyClaims {
  private readonly statements: KeptStatements;
  private readonly rows: EntityRows<IdempotencyClaim>;
  private readonly insert: string;
  private readonly find: string;

  constructor(em: EntityManager) {
    super();
    this.statements = keptStatements(em);
    this.rows = new EntityRows(em, IdempotencyClaim);
    this.insert = `${this.rows.insertInto('idempotency_claims')} on conflict do nothing`;
    this.find = `select ${this.rows.columns} from idempotency_claims where scope = ?`;
  }

  async claim(claim: IdempotencyClaim, forgottenBefore: Date): Promise<IdempotencyClaim> {
    await this.statements.change(FORGET, [forgottenBefore]);
    for (;;) {
      if ((await this.statements.change(this.insert, this.rows.values(claim))) === 1) return claim;
      const [holder] = await this.statements.rows<object>(this.find, [claim.scope]);
      if (holder) return this.rows.object(holder);
      // It was released in between: the next round decides.
    }
  }

  async takeOver({ scope, madeId }: IdempotencyClaim, by: IdempotencyClaim): Promise<boolean> {
    const values = [by.fingerprint, by.madeId, by.claimedAt, scope, madeId, madeId, madeId];
    return (await this.statements.alone([lockOf(scope)], (own) => own.change(TAKE_OVER, values))) === 1;
  }

  async isHeld({ scope, madeId }: IdempotencyClaim): Promise<boolean> {
    const found = await this.statements.alone([lockOf(scope)], (own) => own.rows(IS_HELD, [scope, madeId]));
    return found.length === 1;
  }

  async release(madeId: string): Promise<void> {
    await this.statements.change(RELEASE, [madeId]);
  }

  async releaseEmptied(batchId: string): Promise<void> {
    await this.statements.change(RELEASE_EMPTIED, [batchId, batchId]);
  }
}

function lockOf(scope: string): string {
  return `idempotency key ${scope}`;
}
