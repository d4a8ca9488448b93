import { type EntityManager, UniqueConstraintViolationException } from '@mikro-orm/core';
import { IdempotencyClaims } from '../../application/ports.ts';
import { IdempotencyClaim } from '../../domain/idempotency-claim.ts';

/** Idempotency keys in the database. Each step is one statement, on an entity manager of its own. */
export class MikroOrmIdempotencyClaims extends IdempotencyClaims {
  constructor(private readonly em: EntityManager) {
    super();
  }

  async claim(claim: IdempotencyClaim, forgottenBefore: Date): Promise<IdempotencyClaim> {
    await this.em.fork().nativeDelete(IdempotencyClaim, { claimedAt: { $lte: forgottenBefore } });
    for (;;) {
      if (await this.insert(claim)) return claim;
      const holder = await this.em.fork().findOne(IdempotencyClaim, { scope: claim.scope });
      if (holder) return holder;
      // It was released in between: the next round decides.
    }
  }

  async takeOver({ scope, jobId }: IdempotencyClaim, by: IdempotencyClaim): Promise<boolean> {
    const { fingerprint, claimedAt } = by;
    const change = { fingerprint, jobId: by.jobId, claimedAt };
    return (await this.em.fork().nativeUpdate(IdempotencyClaim, { scope, jobId }, change)) === 1;
  }

  async isHeld({ scope, jobId }: IdempotencyClaim): Promise<boolean> {
    return (await this.em.fork().count(IdempotencyClaim, { scope, jobId })) === 1;
  }

  async release(jobId: string): Promise<void> {
    await this.em.fork().nativeDelete(IdempotencyClaim, { jobId });
  }

  private async insert(claim: IdempotencyClaim): Promise<boolean> {
    try {
      await this.em.fork().insert(IdempotencyClaim, claim);
      return true;
    } catch (error) {
      if (error instanceof UniqueConstraintViolationException) return false;
      throw error;
    }
  }
}
