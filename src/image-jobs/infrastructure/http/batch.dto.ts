import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { pictureProblems, workProblems } from '../../../imaging/domain/errors.ts';
import { NULLABLE_TIME, NULLABLE_URL } from '../../../shared/http/nullable.ts';
import { requestProblems } from '../../../shared/problems.ts';
import { imageJobProblems } from '../../domain/errors.ts';
import { IMAGE_STATUSES, type ImageStatus } from '../../domain/image-job.ts';

/** The states of a batch. */
const BATCH_STATUSES = ['processing', 'completed'] as const;

/** The states of a file in a batch: those of its job, or that there is none. */
const FILE_STATUSES = [...IMAGE_STATUSES, 'refused'] as const;

const { fileTooLarge, monthlyLimit, queueFull, tooManyBytes, tooManyJobs, unsupportedFormat } = imageJobProblems;

/** Why a file has no result: it is refused, or its job has failed. */
const FILE_PROBLEMS = [
  ...[unsupportedFormat, fileTooLarge, ...Object.values(pictureProblems), requestProblems.validationFailed],
  ...[tooManyJobs, tooManyBytes, monthlyLimit, queueFull],
  ...Object.values(workProblems),
];

const COUNT = { type: 'integer', minimum: 0 } as const;

@ApiSchema({ name: 'BatchImageError', description: 'Why a file was refused, or its job failed' })
export class BatchImageErrorDto {
  @ApiProperty({
    enum: FILE_PROBLEMS.map(({ code }) => code),
    description: 'That of the problem, or of the failed job',
    example: 'unsupported_format',
  })
  code: string;
  @ApiProperty({ description: 'A sentence for people' }) detail: string;
}

@ApiSchema({ name: 'BatchImage', description: 'One file of a batch' })
export class BatchImageDto {
  @ApiProperty({ description: "The file's name as it was sent", example: 'holiday.jpg' }) name: string;
  @ApiProperty({ ...NULLABLE_URL, description: 'Its image job; null if it was refused' })
  detail_url: string | null;
  @ApiProperty({ enum: FILE_STATUSES, description: "Its job's, or `refused` if it has none" }) status:
    | ImageStatus
    | 'refused';
  @ApiProperty({ type: BatchImageErrorDto, nullable: true, description: 'Why it was refused, or its job failed' })
  error: BatchImageErrorDto | null;
}

/** One batch, as the API shows it. */
@ApiSchema({ name: 'Batch', description: 'A batch of images, as it is at the moment of the answer' })
export class BatchDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: BATCH_STATUSES, description: '`completed` once every job is final' })
  status: (typeof BATCH_STATUSES)[number];
  @ApiProperty({ ...COUNT, description: 'Files, the refused ones too' }) total: number;
  @ApiProperty({ ...COUNT, description: 'Jobs that wait' }) pending: number;
  @ApiProperty({ ...COUNT, description: 'Jobs that a worker has' }) processing: number;
  @ApiProperty({ ...COUNT, description: 'Jobs that have a result, or had one until it expired' }) completed: number;
  @ApiProperty({ ...COUNT, description: 'Jobs without a result' }) failed: number;
  @ApiProperty({ ...COUNT, description: 'Files that no job was made of' }) refused: number;
  @ApiProperty({ format: 'date-time' }) created_at: string;
  @ApiProperty({ ...NULLABLE_TIME, description: 'When the last job became final' })
  completed_at: string | null;
  @ApiProperty({ format: 'uri' }) detail_url: string;
  @ApiProperty({
    ...NULLABLE_URL,
    description:
      'All results as one ZIP; null until the batch is `completed`, and when it has none that can be downloaded',
  })
  archive_url: string | null;
  @ApiProperty({ type: [BatchImageDto], description: 'In the order sent' }) images: BatchImageDto[];
}

@ApiSchema({ name: 'BatchList', description: 'One page of batches' })
export class BatchListDto {
  @ApiProperty({ type: [BatchDto], description: 'Newest first' }) results: BatchDto[];
  @ApiProperty({ ...NULLABLE_URL, description: 'Older batches' }) next: string | null;
  @ApiProperty({ ...NULLABLE_URL, description: 'Newer batches' }) previous: string | null;
}
