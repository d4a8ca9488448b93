import { EntitySchema } from '@mikro-orm/core';
import { IdempotencyClaim } from '../../domain/idempotency-claim.ts';

export const IdempotencyClaimSchema = new EntitySchema<IdempotencyClaim>({
  class: IdempotencyClaim as never,
  tableName: 'idempotency_claims',
  indexes: [{ properties: ['madeId'] }, { properties: ['claimedAt'] }],
  properties: {
    scope: { type: 'string', length: 64, primary: true },
    fingerprint: { type: 'string', length: 64 },
    // The column keeps the name that it had when keys made jobs alone.
    madeId: { type: 'uuid', fieldName: 'job_id' },
    claimedAt: { type: 'datetime', length: 3 },
  },
});
