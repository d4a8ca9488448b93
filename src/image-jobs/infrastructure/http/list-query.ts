import type { Request } from 'express';
import type { Fault } from '../../../shared/application-error.ts';
import { checkedParameter, neighbourQuery, parsePageQuery } from '../../../shared/http/page-query.ts';
import type { JobPageRequest, Page, PageRequest } from '../../application/find-image-jobs.ts';
import type { ListPosition } from '../../application/ports.ts';
import { IMAGE_STATUSES, type ImageStatus } from '../../domain/image-job.ts';

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

/** What a page is shown as. */
export interface ShownPage<T> {
  readonly results: T[];
  readonly next: string | null;
  readonly previous: string | null;
}

/** A page with the addresses of those beside it; `url` is the list's own, without a query. */
export async function shownPage<T, Shown>(
  url: string,
  request: PageRequest & { status?: ImageStatus },
  { items, hasNewer, hasOlder }: Page<T>,
  placeOf: (item: T) => ListPosition,
  show: (item: T) => Promise<Shown> | Shown,
): Promise<ShownPage<Shown>> {
  const [newest, oldest] = [items[0], items.at(-1)];
  return {
    results: await Promise.all(items.map(show)),
    next: hasOlder && oldest ? `${url}?${pageQuery('after', placeOf(oldest), request)}` : null,
    previous: hasNewer && newest ? `${url}?${pageQuery('before', placeOf(newest), request)}` : null,
  };
}

/** Query of a neighbouring page, for `next` and `previous`. */
export function pageQuery(
  side: 'after' | 'before',
  place: ListPosition,
  { status, limit }: PageRequest & { status?: ImageStatus },
): string {
  return neighbourQuery(side, place, limit, status && { status });
}
