import { EntitySchema } from '@mikro-orm/core';
import { IdempotencyClaim } from '../../domain/idempotency-claim.ts';

export const IdempotencyClaimSchema = new EntitySchema<IdempotencyClaim>({
  class: IdempotencyClaim as never,
  tableName: 'idempotency_claims',
  indexes: [{ properties: ['jobId'] }, { properties: ['claimedAt'] }],
  properties: {
    scope: { type: 'string', length: 64, primary: true },
    fingerprint: { type: 'string', length: 64 },
    jobId: { type: 'uuid' },
    claimedAt: { type: 'datetime', length: 3 },
  },
});
