import { EntitySchema } from '@mikro-orm/core';
import { Batch } from '../../domain/batch.ts';

export const BatchSchema = new EntitySchema<Batch>({
  class: Batch as never,
  tableName: 'batches',
  indexes: [{ properties: ['accountId', 'createdAt', 'id'] }, { properties: ['createdAt'] }],
  properties: {
    id: { type: 'uuid', primary: true },
    accountId: { type: 'uuid' },
    createdAt: { type: 'datetime', length: 3 },
    refused: { type: 'json' },
  },
});
