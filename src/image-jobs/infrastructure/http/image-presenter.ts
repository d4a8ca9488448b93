import type { Request } from 'express';
import { Clock } from '../../../shared/clock.ts';
import type { HttpSettings } from '../../../shared/http/http.settings.ts';
import { baseUrlOf } from '../../../shared/http/request.ts';
import { type Forecast, ForecastCompletion } from '../../application/forecast-completion.ts';
import { ImageResources } from '../../application/ports.ts';
import type { ImageJob } from '../../domain/image-job.ts';
import type { ImageResult, Output } from '../../domain/output.ts';
import type { ImageDto, OutputDto } from './image.dto.ts';

/** Shows jobs as the API's image resource. */
export class ImagePresenter extends ImageResources {
  constructor(
    private readonly forecasts: ForecastCompletion,
    private readonly clock: Clock,
    private readonly http: HttpSettings,
  ) {
    super();
  }

  async present(job: ImageJob, request: Request): Promise<ImageDto> {
    const forecast = job.isFinal() ? null : await this.forecasts.execute(job);
    return this.resource(job, baseUrlOf(request, this.http.publicUrl), forecast);
  }

  final(job: ImageJob): ImageDto {
    return this.resource(job, baseOfUpload(this.http.publicUrl, job.baseUrl), null);
  }

  private resource(job: ImageJob, baseUrl: string, forecast: Forecast | null): ImageDto {
    const detailUrl = `${baseUrl}${pathOf(job)}`;
    const status = job.statusAt(this.clock.now());
    const top = job.topOutput();
    const presentOutput = ({ name, operations, result, warnings, error }: Output): OutputDto => ({
      name,
      operations,
      result: result && presentResult(result),
      warnings: [...warnings],
      error,
      download_url: status === 'completed' && result ? `${detailUrl}outputs/${name}/download/` : null,
    });
    return {
      id: job.id,
      status,
      image_format: job.sourceFormat,
      operations: top.operations,
      detail_url: detailUrl,
      download_url: status === 'completed' ? `${detailUrl}download/` : null,
      download_expires_at: time(job.downloadExpiresAt),
      estimated_ready_at: time(forecast?.readyAt),
      seconds_remaining: forecast?.secondsRemaining ?? null,
      queue_position: forecast?.queuePosition ?? null,
      created_at: job.createdAt.toISOString(),
      started_at: time(job.startedAt),
      completed_at: time(job.completedAt),
      source: {
        name: job.name,
        format: job.sourceFormat,
        width: job.sourceWidth,
        height: job.sourceHeight,
        bytes: job.sourceBytes,
      },
      result: top.result && presentResult(top.result),
      warnings: [...job.warnings, ...top.warnings],
      error: top.error,
      outputs: job.outputs.map(presentOutput),
    };
  }
}

/** What URLs begin with where no request is answered: the service's address, or the one that the upload came to. */
export function baseOfUpload(publicUrl: string | null, ofUpload: string | null): string {
  return (publicUrl ?? ofUpload ?? '').replace(/\/+$/, '');
}

/** Path of a job's resource, for `Location`. */
export function pathOf({ id }: Pick<ImageJob, 'id'>): string {
  return `/api/images/${id}/`;
}

function presentResult({ processingMs, ...result }: ImageResult) {
  const { format, width, height, quality = null, bytes, sha256 } = result;
  return { format, width, height, quality, bytes, sha256, processing_ms: processingMs };
}

function time(date: Date | null | undefined): string | null {
  return date?.toISOString() ?? null;
}
