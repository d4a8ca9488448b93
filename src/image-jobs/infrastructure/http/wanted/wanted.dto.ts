import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { OPERATION_SCHEMA } from '../../../../imaging/operations/operation-schemas.ts';
import type { Operation } from '../../../../imaging/operations/operations.ts';
import { BodySchema } from '../../../../shared/http/body-schema.ts';
import { Expect } from '../../../../shared/validation.ts';
import { MOST_OUTPUTS, NAME_PATTERN, NAME_WORDS } from '../../../domain/output.ts';

/** A member that is known, and checked where it is read. */
export const CheckedLater = () => Expect({ name: 'checkedLater', what: 'anything', test: () => true });

const OPERATIONS = { type: 'array' as const, items: { $ref: `#/components/schemas/${OPERATION_SCHEMA}` } };

@BodySchema({ name: 'WantedOutput', description: 'One of several results that are asked for' })
export class WantedOutputDto {
  @ApiProperty({ pattern: NAME_PATTERN, description: `${NAME_WORDS}, each once`, example: 'thumb' }) name: string;
  @ApiProperty({ ...OPERATIONS, description: 'Run in the order given' }) operations: readonly Operation[];
}

/** What is wanted, in a JSON body: one of its members. */
@ApiExtraModels(WantedOutputDto)
@BodySchema({
  name: 'PresetContent',
  description: 'What is wanted of pictures: either `operations` or `outputs`',
  minProperties: 1,
  maxProperties: 1,
})
export class PresetContentDto {
  @ApiPropertyOptional({ ...OPERATIONS, description: 'Run in the order given; an empty array re-encodes the image' })
  @CheckedLater()
  operations?: unknown;

  @ApiPropertyOptional({
    type: [WantedOutputDto],
    minItems: 1,
    maxItems: MOST_OUTPUTS,
    description: 'Several results of one picture, for accounts alone',
  })
  @CheckedLater()
  outputs?: unknown;
}

@ApiSchema({ name: 'WantedContent', description: 'What is wanted of a picture: one of the three' })
export class WantedContentDto extends PresetContentDto {
  @ApiPropertyOptional({ type: String, pattern: NAME_PATTERN, description: 'Name of a preset of the account' })
  @CheckedLater()
  preset?: unknown;
}
