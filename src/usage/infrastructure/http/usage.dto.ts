import { ApiExtraModels, ApiProperty, ApiSchema, getSchemaPath } from '@nestjs/swagger';
import { KEY_START } from '../../../accounts/domain/key-text.ts';
import type { Grouping, UsageGroup } from '../../application/ports.ts';
import type { UsageReport } from '../../application/show-usage.ts';
import type { Usage } from '../../domain/usage.ts';

const count = (description: string, example: number) =>
  ApiProperty({ type: 'integer', format: 'int64', minimum: 0, description, example });

/** What images came to; bytes and pixels are sums over them. */
@ApiSchema({ name: 'UsageFigures', description: 'What images came to' })
export class UsageFiguresDto {
  @count('Images whose jobs ended, failed ones too', 120) images: number;
  @count('Results that were made', 118) outputs: number;
  @count('Images whose jobs failed', 2) failed: number;
  @count('Bytes of the originals', 402653184) source_bytes: number;
  @count('Bytes of the results', 31457280) result_bytes: number;
  @count('Pixels of the originals, all frames together', 1440000000) source_pixels: number;
  @count('Milliseconds that the pixel work of the results took', 19240) processing_ms: number;

  static of({ images, outputs, failed, ...sums }: Usage): UsageFiguresDto {
    return {
      images,
      outputs,
      failed,
      source_bytes: sums.sourceBytes,
      result_bytes: sums.resultBytes,
      source_pixels: sums.sourcePixels,
      processing_ms: sums.processingMs,
    };
  }
}

@ApiSchema({ name: 'UsageOfDay', description: 'What the images of a day came to' })
export class UsageOfDayDto extends UsageFiguresDto {
  @ApiProperty({ format: 'date', description: 'Day in UTC on which the jobs ended', example: '2026-11-28' })
  period: string;
}

@ApiSchema({ name: 'UsageOfKey', description: 'What the images of an API key came to' })
export class UsageOfKeyDto extends UsageFiguresDto {
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'How the key begins, its `prefix`; null for images that came without a key',
    example: `${KEY_START}Qx71bTz0`,
  })
  key: string | null;
}

@ApiSchema({ name: 'UsageOfOperation', description: 'What the images with an operation came to' })
export class UsageOfOperationDto extends UsageFiguresDto {
  @ApiProperty({
    description: 'Name of the operation; an image counts once with each that was asked for',
    example: 'resize',
  })
  operation: string;
}

type UsageOfGroup = UsageOfDayDto | UsageOfKeyDto | UsageOfOperationDto;

/** Usage in groups, and in all. */
@ApiExtraModels(UsageOfDayDto, UsageOfKeyDto, UsageOfOperationDto)
@ApiSchema({ name: 'UsageReport', description: 'Usage in groups, and in all' })
export class UsageReportDto {
  @ApiProperty({
    type: 'array',
    description: 'By day, key or operation, in the order of their names; those without images are left out',
    items: { anyOf: [UsageOfDayDto, UsageOfKeyDto, UsageOfOperationDto].map((dto) => ({ $ref: getSchemaPath(dto) })) },
  })
  results: UsageOfGroup[];
  @ApiProperty({ description: 'All images of these days, each once' }) total: UsageFiguresDto;

  static of({ groups, total }: UsageReport, by: Grouping): UsageReportDto {
    return { results: groups.map((group) => groupDto(group, by)), total: UsageFiguresDto.of(total) };
  }
}

function groupDto({ name, usage }: UsageGroup, by: Grouping): UsageOfGroup {
  const figures = UsageFiguresDto.of(usage);
  switch (by) {
    case 'day':
      return { period: name ?? '', ...figures };
    case 'key':
      return { key: name === null ? null : `${KEY_START}${name}`, ...figures };
    case 'operation':
      return { operation: name ?? '', ...figures };
  }
}
