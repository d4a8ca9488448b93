import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { Caller } from '../../domain/caller.ts';
import type { ThrottleSettings } from '../accounts.settings.ts';

const figure = (description: string, example: number) => ApiProperty({ type: 'integer', description, example });
const monthly = (description: string, example: number) =>
  ApiProperty({ type: 'integer', nullable: true, description, example });
const bytes = (description: string, example: number) =>
  ApiProperty({ type: 'integer', format: 'int64', description, example });

/** What the caller may do; sizes in bytes, times in seconds. */
@ApiSchema({ name: 'Limits', description: 'What the caller may do; sizes in bytes, times in seconds' })
export class LimitsDto {
  @ApiProperty({ enum: ['authenticated', 'anonymous'] }) policy: 'authenticated' | 'anonymous';
  @bytes('Largest file, in bytes', 2097152) file_bytes: number;
  @figure('Most operations in one request', 2) operations: number;
  @figure('Lowest quality of `compress`', 40) quality_min: number;
  @figure('Highest quality of `compress`', 80) quality_max: number;
  @figure('Most pixels of an upload, all frames together', 25000000) source_pixels: number;
  @figure('Longest side at any step, in pixels', 10000) output_side: number;
  @figure('Most pixels at any step, all frames together', 25000000) output_pixels: number;
  @figure('Counted requests in any 60 seconds', 5) requests_per_minute: number;
  @figure('Downloads in any 60 seconds', 100) downloads_per_minute: number;
  @figure('Registrations and log-ins in any 60 seconds from one address', 10) sign_ins_per_minute: number;
  @figure('Jobs waiting or running at once', 5) active_jobs: number;
  @bytes('Bytes of originals and results kept at once', 104857600) kept_bytes: number;
  @figure('How long a result can be downloaded, from completion, in seconds', 600) download_seconds: number;
  @figure('How long it stays after the first download, if that is less, in seconds', 20) after_download_seconds: number;
  @monthly('Images accepted in a calendar month, in UTC; null for no limit', 1000) images_per_month: number | null;
  @monthly('Images accepted in this month; null where there is no limit', 120) images_this_month: number | null;

  /** `imagesThisMonth` as `MonthlyUse` tells it. */
  static of({ kind, policy }: Caller, throttle: ThrottleSettings, imagesThisMonth: number | null): LimitsDto {
    return {
      policy: kind,
      file_bytes: policy.fileBytes,
      operations: policy.operations,
      quality_min: policy.qualityMin,
      quality_max: policy.qualityMax,
      source_pixels: policy.sourcePixels,
      output_side: policy.outputSide,
      output_pixels: policy.outputPixels,
      requests_per_minute: policy.requestsPerMinute,
      downloads_per_minute: policy.requestsPerMinute * throttle.downloadsPerRequest,
      sign_ins_per_minute: throttle.signInPerMinute,
      active_jobs: policy.activeJobs,
      kept_bytes: policy.keptBytes,
      download_seconds: policy.downloadSeconds,
      after_download_seconds: policy.afterDownloadSeconds,
      images_per_month: policy.imagesPerMonth,
      images_this_month: imagesThisMonth,
    };
  }
}
