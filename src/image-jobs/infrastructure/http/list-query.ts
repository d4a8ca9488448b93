import type { Request } from 'express';
import type { Fault } from '../../../shared/application-error.ts';
import { checkedParameter, parsePageQuery } from '../../../shared/http/page-query.ts';
import type { JobPageRequest } from '../../application/find-image-jobs.ts';
import { IMAGE_STATUSES } from '../../domain/image-job.ts';

/**
 * Reads `?status=`, `?limit=` and the cursor of a list of jobs; other parameters are ignored.
 * @throws validation_failed
 */
export function parseListQuery(request: Request): JobPageRequest {
  const faults: Fault[] = [];
  const word = IMAGE_STATUSES.find((known) => known === request.query.status);
  const status = checkedParameter(request, faults, 'status', `one of ${IMAGE_STATUSES.join(', ')}`, word);
  return { ...parsePageQuery(request, faults), ...(status && { status }) };
}
