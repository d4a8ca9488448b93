import type { Request } from 'express';
import { Clock } from '../../../shared/clock.ts';
import type { HttpSettings } from '../../../shared/http/http.settings.ts';
import { baseUrlOf } from '../../../shared/http/request.ts';
import { BatchResources } from '../../application/ports.ts';
import type { BatchedJob, BatchState, RefusedFile } from '../../domain/batch.ts';
import type { BatchDto, BatchImageDto } from './batch.dto.ts';
import { baseOfUpload, pathOf } from './image-presenter.ts';

/** Shows batches as the API's batch resource. */
export class BatchPresenter extends BatchResources {
  constructor(
    private readonly clock: Clock,
    private readonly http: HttpSettings,
  ) {
    super();
  }

  present(state: BatchState, request: Request): BatchDto {
    return this.resource(state, baseUrlOf(request, this.http.publicUrl));
  }

  final(state: BatchState, baseUrl: string | null): BatchDto {
    return this.resource(state, baseOfUpload(this.http.publicUrl, baseUrl));
  }

  private resource(state: BatchState, base: string): BatchDto {
    const detailUrl = `${base}${batchPathOf(state)}`;
    const now = this.clock.now();
    const isFinal = state.isFinal();
    const hasResults = state.jobs.some((job) => job.statusAt(now) === 'completed');
    const counts = state.counts();
    return {
      id: state.batch.id,
      status: isFinal ? 'completed' : 'processing',
      total: Object.values(counts).reduce((sum, files) => sum + files, 0),
      ...counts,
      created_at: state.batch.createdAt.toISOString(),
      completed_at: state.completedAt()?.toISOString() ?? null,
      detail_url: detailUrl,
      archive_url: isFinal && hasResults ? `${detailUrl}archive/` : null,
      images: filesOf(state).map((file) => presentFile(file, now, base)),
    };
  }
}

/** Path of a batch's resource, for `Location`. */
export function batchPathOf({ batch }: BatchState): string {
  return `/api/batches/${batch.id}/`;
}

/** Jobs and refused files in the order sent. */
function filesOf({ batch, jobs }: BatchState): (BatchedJob | RefusedFile)[] {
  const placeOf = (file: BatchedJob | RefusedFile) => ('position' in file ? file.position : (file.batchPosition ?? 0));
  return [...jobs, ...batch.refused].sort((one, other) => placeOf(one) - placeOf(other));
}

function presentFile(file: BatchedJob | RefusedFile, now: Date, base: string): BatchImageDto {
  const { name } = file;
  if ('position' in file) return { name, detail_url: null, status: 'refused', error: file.error };
  const error = file.status === 'failed' ? file.topOutput().error : null;
  return { name, detail_url: `${base}${pathOf(file)}`, status: file.statusAt(now), error };
}
