import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { OPERATION_SCHEMA } from '../../../imaging/operations/operation-schemas.ts';
import type { Operation } from '../../../imaging/operations/operations.ts';
import type { Preset } from '../../domain/preset.ts';
import { WantedOutputDto } from './wanted/wanted.dto.ts';

@ApiSchema({ name: 'Preset', description: 'What is wanted of pictures, under a name' })
export class PresetDto {
  @ApiProperty({ example: 'web' }) name: string;
  @ApiProperty({
    type: 'array',
    nullable: true,
    items: { $ref: `#/components/schemas/${OPERATION_SCHEMA}` },
    description: 'With their defaults filled in; null where it has `outputs`',
  })
  operations: readonly Operation[] | null;
  @ApiProperty({ type: [WantedOutputDto], nullable: true, description: 'Null where it has `operations`' })
  outputs: WantedOutputDto[] | null;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ format: 'date-time' }) updated_at: string;

  static of(preset: Preset): PresetDto {
    const { name, createdAt, updatedAt } = preset;
    const members = preset.members();
    return {
      name,
      operations: 'operations' in members ? members.operations : null,
      outputs: 'outputs' in members ? [...members.outputs] : null,
      created_at: createdAt.toISOString(),
      updated_at: updatedAt.toISOString(),
    };
  }
}

@ApiSchema({ name: 'PresetList', description: 'All presets of the account' })
export class PresetListDto {
  @ApiProperty({ type: [PresetDto], description: 'By name' }) results: PresetDto[];
}
