import { EntitySchema } from '@mikro-orm/core';
import { Preset } from '../../domain/preset.ts';

export const PresetSchema = new EntitySchema<Preset>({
  class: Preset as never,
  tableName: 'presets',
  properties: {
    accountId: { type: 'uuid', primary: true },
    name: { type: 'string', length: 32, primary: true },
    member: { type: 'string', length: 16 },
    outputs: { type: 'json' },
    createdAt: { type: 'datetime', length: 3 },
    updatedAt: { type: 'datetime', length: 3 },
  },
});
