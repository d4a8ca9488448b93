import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { workProblems } from '../../../imaging/domain/errors.ts';
import {
  IMAGE_FORMATS,
  type ImageFormat,
  SOURCE_FORMATS,
  type SourceFormat,
} from '../../../imaging/domain/image-format.ts';
import { WARNING_CODES } from '../../../imaging/domain/warning.ts';
import { OPERATION_SCHEMA } from '../../../imaging/operations/operation-schemas.ts';
import type { Operation } from '../../../imaging/operations/operations.ts';
import { NULLABLE_TIME, NULLABLE_URL } from '../../../shared/http/nullable.ts';
import { IMAGE_STATUSES, type ImageStatus } from '../../domain/image-job.ts';

@ApiSchema({ name: 'ImageSource', description: 'What was uploaded' })
export class ImageSourceDto {
  @ApiProperty({ description: "The file's name as it was sent", example: 'holiday.jpg' }) name: string;
  @ApiProperty({ enum: SOURCE_FORMATS }) format: SourceFormat;
  @ApiProperty({ type: 'integer', description: 'Pixels, upright', example: 4000 }) width: number;
  @ApiProperty({ type: 'integer', description: 'Pixels, upright', example: 3000 }) height: number;
  @ApiProperty({ type: 'integer', format: 'int64', description: 'Size of the file', example: 3412334 }) bytes: number;
}

@ApiSchema({
  name: 'ImageResult',
  description: 'What became of it: always of 8 bits a channel, a PNG of 16 bits loses the lower eight',
})
export class ImageResultDto {
  @ApiProperty({ enum: IMAGE_FORMATS }) format: ImageFormat;
  @ApiProperty({ type: 'integer', description: 'Pixels', example: 1200 }) width: number;
  @ApiProperty({ type: 'integer', description: 'Pixels', example: 900 }) height: number;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Quality that it was encoded at; null where the encoding loses nothing',
    example: 85,
  })
  quality: number | null;
  @ApiProperty({ type: 'integer', format: 'int64', description: 'Size of the file', example: 143210 }) bytes: number;
  @ApiProperty({ description: 'SHA-256 of the file, in hex', pattern: '^[0-9a-f]{64}$' }) sha256: string;
  @ApiProperty({ type: 'integer', description: 'Time that the pixel work took, in milliseconds', example: 96 })
  processing_ms: number;
}

@ApiSchema({ name: 'JobError', description: 'Why a job failed' })
export class JobErrorDto {
  @ApiProperty({ enum: Object.values(workProblems).map(({ code }) => code), example: 'image_truncated' })
  code: string;
  @ApiProperty() detail: string;
}

@ApiSchema({ name: 'Warning', description: 'Something about the result that the caller should know' })
export class WarningDto {
  @ApiProperty({ enum: WARNING_CODES }) code: string;
  @ApiProperty({ description: 'A sentence for people' }) detail: string;
  @ApiProperty({ required: false, description: 'JSON pointer to what it is about', example: '/operations/0' })
  pointer?: string;
}

const OPERATIONS = {
  type: 'array' as const,
  items: { $ref: `#/components/schemas/${OPERATION_SCHEMA}` },
  description: 'With their defaults filled in',
};

@ApiSchema({ name: 'Output', description: 'One of the results that a job makes of its picture' })
export class OutputDto {
  @ApiProperty({ description: '`default` where the request has `operations` alone', example: 'thumb' }) name: string;
  @ApiProperty(OPERATIONS) operations: readonly Operation[];
  @ApiProperty({ type: ImageResultDto, nullable: true }) result: ImageResultDto | null;
  @ApiProperty({ type: [WarningDto], description: 'What this output lacks, or the caller should know of it' })
  warnings: WarningDto[];
  @ApiProperty({ type: JobErrorDto, nullable: true, description: 'Why this output failed' }) error: JobErrorDto | null;
  @ApiProperty({ ...NULLABLE_URL, description: 'Null unless it can be downloaded' })
  download_url: string | null;
}

/** One image job, as the API shows it. */
@ApiSchema({ name: 'Image', description: 'One image job, as it is at the moment of the answer' })
export class ImageDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: IMAGE_STATUSES }) status: ImageStatus;
  @ApiProperty({ enum: SOURCE_FORMATS, description: "The source's format" }) image_format: SourceFormat;
  @ApiProperty({ ...OPERATIONS, description: 'Of the first output that succeeded, with their defaults filled in' })
  operations: readonly Operation[];
  @ApiProperty({ format: 'uri' }) detail_url: string;
  @ApiProperty({ ...NULLABLE_URL, description: 'Null unless `completed`' }) download_url: string | null;
  @ApiProperty({ ...NULLABLE_TIME, description: 'End of the download window' }) download_expires_at: string | null;
  @ApiProperty({ ...NULLABLE_TIME, description: 'Estimate; null once the job is final' }) estimated_ready_at:
    | string
    | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Estimate, in seconds; it grows again for a job that takes longer than was expected. Null once the job is final',
    example: 3,
  })
  seconds_remaining: number | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: '1 for the job that is taken next; null unless `pending`',
    example: 2,
  })
  queue_position: number | null;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty(NULLABLE_TIME) started_at: string | null;
  @ApiProperty(NULLABLE_TIME) completed_at: string | null;
  @ApiProperty() source: ImageSourceDto;
  @ApiProperty({ type: ImageResultDto, nullable: true, description: 'Of the first output that succeeded' })
  result: ImageResultDto | null;
  @ApiProperty({ type: [WarningDto], description: 'What the result lacks, or the caller should know' })
  warnings: WarningDto[];
  @ApiProperty({ type: JobErrorDto, nullable: true, description: 'Why the job failed' }) error: JobErrorDto | null;
  @ApiProperty({
    type: [OutputDto],
    description: 'All results that are asked for, in that order. The job is `failed` only when all of them are.',
  })
  outputs: OutputDto[];
}

@ApiSchema({ name: 'ImageList', description: 'One page of images' })
export class ImageListDto {
  @ApiProperty({ type: [ImageDto], description: 'Newest first' }) results: ImageDto[];
  @ApiProperty({ ...NULLABLE_URL, description: 'Older images' }) next: string | null;
  @ApiProperty({ ...NULLABLE_URL, description: 'Newer images' }) previous: string | null;
}
