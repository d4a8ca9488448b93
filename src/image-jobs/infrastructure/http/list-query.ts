import type { Request } from 'express';
import type { Fault } from '../../../shared/application-error.ts';
import { expectation } from '../../../shared/expectation.ts';
import { assertNoFaults, fault } from '../../../shared/http/checked.ts';
import type { PageRequest } from '../../application/find-image-jobs.ts';
import type { ListPosition } from '../../application/ports.ts';
import { IMAGE_STATUSES, type ImageJob, type ImageStatus } from '../../domain/image-job.ts';

const MOST = 100;
const DEFAULT = 20;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Reads `?status=`, `?limit=` and the cursor; other parameters are ignored.
 * @throws validation_failed
 */
export function parseListQuery({ query }: Request): PageRequest {
  const faults: Fault[] = [];
  const check = <T>(name: string, what: string, value: T | undefined): T | undefined => {
    const given = query[name];
    if (given !== undefined && value === undefined)
      faults.push(fault(`/${name}`, 'invalid_value', expectation(what, name, given)));
    return value;
  };
  const status = check(
    'status',
    `one of ${IMAGE_STATUSES.join(', ')}`,
    IMAGE_STATUSES.find((word) => word === query.status),
  );
  const limit = check('limit', `an integer from 1 to ${MOST}`, limitOf(query.limit)) ?? DEFAULT;
  const after = check('after', 'a cursor from `next`', positionOf(query.after));
  const before = check('before', 'a cursor from `previous`', positionOf(query.before));
  if (after && before) faults.push(fault('/before', 'invalid_value', 'Expected either after or before, received both'));
  assertNoFaults(faults);
  return { limit, ...(status && { status }), ...(after && { after }), ...(before && { before }) };
}

/** Query of a neighbouring page, for `next` and `previous`. */
export function pageQuery(
  side: 'after' | 'before',
  job: ImageJob,
  { status, limit }: { status?: ImageStatus; limit: number },
): string {
  const query = new URLSearchParams({ limit: String(limit), [side]: cursorOf(job) });
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
