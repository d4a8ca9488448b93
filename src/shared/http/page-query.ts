import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import type { Request } from 'express';
import type { Fault } from '../application-error.ts';
import { expectation } from '../expectation.ts';
import { assertNoFaults, fault } from '../faults.ts';
import { justNewer, justOlder, type Page, type PagePosition, type PageRequest } from '../page.ts';
import { isUuid } from '../uuid.ts';

const MOST = 100;
const DEFAULT = 20;
/** Nothing is made later, and PostgreSQL cannot read how years of more than four digits are written. */
const LATEST_MS = Date.parse('9999-12-31T00:00:00Z');

/** Documents the parameters of a list in pages. */
export const Paged = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: MOST, default: DEFAULT },
    }),
    ApiQuery({ name: 'after', required: false, description: 'Cursor, from `next`', schema: { type: 'string' } }),
    ApiQuery({ name: 'before', required: false, description: 'Cursor, from `previous`', schema: { type: 'string' } }),
  );

/** A parameter's value; one that is given and cannot be read becomes a fault. */
export function checkedParameter<T>(
  { query }: Request,
  faults: Fault[],
  name: string,
  what: string,
  value: T | undefined,
): T | undefined {
  const given = query[name];
  if (given !== undefined && value === undefined)
    faults.push(fault([name], 'invalid_value', expectation(what, name, given)));
  return value;
}

/**
 * Reads `?limit=` and the cursor; other parameters are ignored.
 * @throws validation_failed, with the faults that are known of the query already
 */
export function parsePageQuery(request: Request, faults: Fault[] = []): PageRequest {
  const { query } = request;
  const limit =
    checkedParameter(request, faults, 'limit', `an integer from 1 to ${MOST}`, limitOf(query.limit)) ?? DEFAULT;
  const after = checkedParameter(request, faults, 'after', 'a cursor from `next`', positionOf(query.after));
  const before = checkedParameter(request, faults, 'before', 'a cursor from `previous`', positionOf(query.before));
  if (after && before)
    faults.push(fault(['before'], 'invalid_value', 'Expected either after or before, received both'));
  assertNoFaults(faults);
  return { limit, ...(after && { after }), ...(before && { before }) };
}

/** A list of which a page is shown: its own address, the most items of a page, and its own parameters. */
interface PagedList {
  readonly url: string;
  readonly limit: number;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What a page is shown as. */
export interface ShownPage<T> {
  readonly results: T[];
  readonly next: string | null;
  readonly previous: string | null;
}

/** A page with the addresses of those beside it. */
export async function shownPage<T, Shown>(
  { url, limit, parameters }: PagedList,
  { items, hasNewer, hasOlder, emptyAt }: Page<T>,
  placeOf: (item: T) => PagePosition,
  show: (item: T) => Promise<Shown> | Shown,
): Promise<ShownPage<Shown>> {
  const [newest, oldest] = [items[0], items.at(-1)];
  // What an empty page has to be beside is what the cursor was made of: it may still be there.
  const beforeNext = oldest ? placeOf(oldest) : emptyAt && justNewer(emptyAt);
  const afterPrevious = newest ? placeOf(newest) : emptyAt && justOlder(emptyAt);
  return {
    results: await Promise.all(items.map(show)),
    next: hasOlder && beforeNext ? `${url}?${pageQuery('after', beforeNext, limit, parameters)}` : null,
    previous: hasNewer && afterPrevious ? `${url}?${pageQuery('before', afterPrevious, limit, parameters)}` : null,
  };
}

/** Query of a neighbouring page. */
export function pageQuery(
  side: 'after' | 'before',
  { createdAt, id }: PagePosition,
  limit: number,
  parameters: Readonly<Record<string, string>> = {},
): string {
  const cursor = Buffer.from(`${createdAt.getTime()}.${id}`).toString('base64url');
  return new URLSearchParams({ limit: String(limit), [side]: cursor, ...parameters }).toString();
}

function limitOf(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^[1-9]\d{0,2}$/.test(text)) return undefined;
  return Number(text) <= MOST ? Number(text) : undefined;
}

function positionOf(cursor: unknown): PagePosition | undefined {
  if (typeof cursor !== 'string' || cursor.length > 128) return undefined;
  const [milliseconds = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString('utf8').split('.');
  if (!/^\d{1,15}$/.test(milliseconds) || Number(milliseconds) > LATEST_MS) return undefined;
  if (!isUuid(id) || rest.length > 0) return undefined;
  return { createdAt: new Date(Number(milliseconds)), id };
}
