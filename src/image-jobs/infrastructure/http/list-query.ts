import type { Request } from 'express';
import type { Fault } from '../../../shared/application-error.ts';
import { expectation } from '../../../shared/expectation.ts';
import { assertNoFaults, fault } from '../../../shared/http/checked.ts';
import type { JobPageRequest, Page, PageRequest } from '../../application/find-image-jobs.ts';
import type { ListPosition } from '../../application/ports.ts';
import { IMAGE_STATUSES, type ImageStatus } from '../../domain/image-job.ts';

const MOST = 100;
const DEFAULT = 20;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Notes a parameter that is there and has no value that is understood. */
type Check = <T>(name: string, what: string, value: T | undefined) => T | undefined;

/**
 * Reads `?status=`, `?limit=` and the cursor of a list of jobs; other parameters are ignored.
 * @throws validation_failed
 */
export function parseListQuery(request: Request): JobPageRequest {
  return parsed(request, (check) => {
    const status = IMAGE_STATUSES.find((word) => word === request.query.status);
    check('status', `one of ${IMAGE_STATUSES.join(', ')}`, status);
    return status ? { status } : {};
  });
}

/**
 * Reads `?limit=` and the cursor of any list; other parameters are ignored.
 * @throws validation_failed
 */
export function parsePageQuery(request: Request): PageRequest {
  return parsed(request, () => ({}));
}

function parsed<T>({ query }: Request, others: (check: Check) => T): PageRequest & T {
  const faults: Fault[] = [];
  const check: Check = (name, what, value) => {
    const given = query[name];
    if (given !== undefined && value === undefined)
      faults.push(fault(`/${name}`, 'invalid_value', expectation(what, name, given)));
    return value;
  };
  const other = others(check);
  const limit = check('limit', `an integer from 1 to ${MOST}`, limitOf(query.limit)) ?? DEFAULT;
  const after = check('after', 'a cursor from `next`', positionOf(query.after));
  const before = check('before', 'a cursor from `previous`', positionOf(query.before));
  if (after && before) faults.push(fault('/before', 'invalid_value', 'Expected either after or before, received both'));
  assertNoFaults(faults);
  return { limit, ...other, ...(after && { after }), ...(before && { before }) };
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
  const query = new URLSearchParams({ limit: String(limit), [side]: cursorOf(place) });
  if (status) query.set('status', status);
  return query.toString();
}

function limitOf(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^[1-9]\d{0,2}$/.test(text)) return undefined;
  return Number(text) <= MOST ? Number(text) : undefined;
}

function cursorOf({ createdAt, id }: ListPosition): string {
  return Buffer.from(`${createdAt.getTime()}.${id}`).toString('base64url');
}

function positionOf(cursor: unknown): ListPosition | undefined {
  if (typeof cursor !== 'string' || cursor.length > 128) return undefined;
  const [milliseconds = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString('utf8').split('.');
  if (!/^\d{1,15}$/.test(milliseconds) || !UUID.test(id) || rest.length > 0) return undefined;
  return { createdAt: new Date(Number(milliseconds)), id };
}
