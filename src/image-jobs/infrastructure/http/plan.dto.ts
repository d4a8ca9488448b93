import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import {
  IMAGE_FORMATS,
  type ImageFormat,
  SOURCE_FORMATS,
  type SourceFormat,
} from '../../../imaging/domain/image-format.ts';
import { OPERATION_SCHEMA } from '../../../imaging/operations/operation-schemas.ts';
import type { Operation } from '../../../imaging/operations/operations.ts';
import { BodySchema } from '../../../shared/http/body-schema.ts';
import { Flag, IntegerBetween, OneOf, Optional } from '../../../shared/validation.ts';
import type { OutputPlan } from '../../application/plan-outputs.ts';
import { WarningDto } from './image.dto.ts';
import { CheckedLater, WantedContentDto } from './wanted/wanted.dto.ts';

/** Longest side that a header can tell, in any of the formats. */
const LONGEST_SIDE = 2 ** 31 - 1;
const MOST_BYTES = Number.MAX_SAFE_INTEGER;

@BodySchema({ name: 'PlannedSource', description: 'What is known of a picture that has not been sent' })
export class PlannedSourceDto {
  @ApiProperty({ enum: SOURCE_FORMATS }) @OneOf(SOURCE_FORMATS) format: SourceFormat;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Pixels, upright', example: 4000 })
  @IntegerBetween(1, LONGEST_SIDE)
  width: number;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Pixels, upright', example: 3000 })
  @IntegerBetween(1, LONGEST_SIDE)
  height: number;
  @ApiPropertyOptional({ type: 'integer', minimum: 1, default: 1, description: '1 for a still picture' })
  @Optional()
  @IntegerBetween(1, LONGEST_SIDE)
  frames?: number;
  @ApiPropertyOptional({ type: 'boolean', description: 'Whether its pixels may be transparent' })
  @Optional()
  @Flag()
  alpha?: boolean;
  @ApiPropertyOptional({ type: 'integer', format: 'int64', minimum: 1, description: 'Size of the file' })
  @Optional()
  @IntegerBetween(1, MOST_BYTES)
  bytes?: number;
}

@BodySchema({
  name: 'PlanRequest',
  description: 'A picture, and what is wanted of it: one of the three',
  minProperties: 2,
  maxProperties: 2,
})
export class PlanRequestDto extends WantedContentDto {
  @ApiProperty({ type: PlannedSourceDto })
  @CheckedLater()
  source: unknown;
}

@ApiSchema({ name: 'PlannedSize', description: 'Pixels' })
export class PlannedSizeDto {
  @ApiProperty({ type: 'integer', example: 1200 }) width: number;
  @ApiProperty({ type: 'integer', example: 900 }) height: number;
}

@ApiSchema({ name: 'PlannedOutput', description: 'What an output would be' })
export class PlannedOutputDto {
  @ApiProperty({ example: 'default' }) name: string;
  @ApiProperty({
    type: 'array',
    items: { $ref: `#/components/schemas/${OPERATION_SCHEMA}` },
    description: 'With their defaults filled in',
  })
  operations: readonly Operation[];
  @ApiProperty({ type: [PlannedSizeDto], description: 'After each operation; the last one is the size of the result' })
  sizes: PlannedSizeDto[];
  @ApiProperty({ enum: IMAGE_FORMATS }) format: ImageFormat;
  @ApiProperty({ type: 'integer', description: 'All of an animation that stays one, or 1', example: 1 }) frames: number;
  @ApiProperty({ type: [WarningDto] }) warnings: WarningDto[];
}

@ApiSchema({ name: 'Plan', description: 'What an upload would give' })
export class PlanDto {
  @ApiProperty({ type: [PlannedOutputDto] }) outputs: PlannedOutputDto[];
  @ApiProperty({
    type: 'integer',
    description:
      'From the measured pace and the work ahead: the `seconds_remaining` that an upload at this moment would be told',
    example: 1,
  })
  estimated_seconds: number;

  static of({ outputs, estimatedSeconds }: OutputPlan): PlanDto {
    return {
      outputs: outputs.map(({ name, operations, outcome: { sizes, size, encoding, frames }, warnings }) => ({
        name,
        operations,
        sizes: sizes.length === 0 ? [size] : [...sizes],
        format: encoding.format,
        frames,
        warnings: [...warnings],
      })),
      estimated_seconds: estimatedSeconds,
    };
  }
}
