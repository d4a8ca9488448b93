import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import type { Request } from 'express';
import type { Fault } from '../application-error.ts';
import { expectation } from '../expectation.ts';
import { assertNoFaults, fault } from './checked.ts';

const MOST = 100;
const DEFAULT = 20;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A place in a list that is ordered by creation, newest first. */
export interface PagePosition {
  readonly createdAt: Date;
  readonly id: string;
}

/** Which page of a list is asked for. */
export interface PageQuery {
  readonly limit: number;
  /** What is older than this. */
  readonly after?: PagePosition;
  /** What is newer than this, the nearest of it. */
  readonly before?: PagePosition;
}

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
    faults.push(fault(`/${name}`, 'invalid_value', expectation(what, name, given)));
  return value;
}

/**
 * Reads `?limit=` and the cursor; other parameters are ignored.
 * @throws validation_failed, with the faults that are known of the query already
 */
export function parsePageQuery(request: Request, faults: Fault[] = []): PageQuery {
  const { query } = request;
  const limit =
    checkedParameter(request, faults, 'limit', `an integer from 1 to ${MOST}`, limitOf(query.limit)) ?? DEFAULT;
  const after = checkedParameter(request, faults, 'after', 'a cursor from `next`', positionOf(query.after));
  const before = checkedParameter(request, faults, 'before', 'a cursor from `previous`', positionOf(query.before));
  if (after && before) faults.push(fault('/before', 'invalid_value', 'Expected either after or before, received both'));
  assertNoFaults(faults);
  return { limit, ...(after && { after }), ...(before && { before }) };
}

/** Query of a neighbouring page, for `next` and `previous`; `others` are the list's own parameters. */
export function neighbourQuery(
  side: 'after' | 'before',
  { createdAt, id }: PagePosition,
  limit: number,
  others: Readonly<Record<string, string>> = {},
): string {
  const cursor = Buffer.from(`${createdAt.getTime()}.${id}`).toString('base64url');
  return new URLSearchParams({ limit: String(limit), [side]: cursor, ...others }).toString();
}

function limitOf(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^[1-9]\d{0,2}$/.test(text)) return undefined;
  return Number(text) <= MOST ? Number(text) : undefined;
}

function positionOf(cursor: unknown): PagePosition | undefined {
  if (typeof cursor !== 'string' || cursor.length > 128) return undefined;
  const [milliseconds = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString('utf8').split('.');
  if (!/^\d{1,15}$/.test(milliseconds) || !UUID.test(id) || rest.length > 0) return undefined;
  return { createdAt: new Date(Number(milliseconds)), id };
}
