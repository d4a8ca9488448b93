import { BigIntType, EntitySchema } from '@mikro-orm/core';
import { UsageEntry } from '../../domain/usage-entry.ts';

const count = { type: new BigIntType('number') };

export const UsageEntrySchema = new EntitySchema<UsageEntry>({
  class: UsageEntry as never,
  tableName: 'usage_days',
  indexes: [{ properties: ['day'] }],
  properties: {
    accountId: { type: 'string', length: 36, primary: true },
    day: { type: 'string', length: 10, primary: true },
    keyPrefix: { type: 'string', length: 8, primary: true },
    operation: { type: 'string', length: 32, primary: true },
    images: count,
    outputs: count,
    failed: count,
    sourceBytes: count,
    resultBytes: count,
    sourcePixels: count,
    processingMs: count,
  },
});
