import type { Request } from 'express';
import type { Fault } from '../../../shared/application-error.ts';
import { dayOf, daysAfter, isDay } from '../../../shared/calendar.ts';
import { expectation } from '../../../shared/expectation.ts';
import { assertNoFaults, fault } from '../../../shared/faults.ts';
import { checkedParameter } from '../../../shared/http/page-query.ts';
import { type DayRange, GROUPINGS, type Grouping } from '../../application/ports.ts';
import { DEFAULT_DAYS, KEPT_DAYS } from '../../domain/usage-entry.ts';

/** What is asked for. */
export interface UsageQuery extends DayRange {
  readonly by: Grouping;
}

/**
 * Reads `?from=`, `?to=` and `?group_by=`; other parameters are ignored. Without `to` the days end today, without `from`
 * they are `DEFAULT_DAYS`.
 * @throws validation_failed
 */
export function parseUsageQuery(request: Request, now: Date): UsageQuery {
  const faults: Fault[] = [];
  const { query } = request;
  const dayOfQuery = (name: string) =>
    checkedParameter(request, faults, name, 'a day such as 2026-01-31', dayIn(query[name]));
  const given = { from: dayOfQuery('from'), to: dayOfQuery('to') };
  const to = given.to ?? dayOf(now);
  const from = given.from ?? daysAfter(to, 1 - DEFAULT_DAYS);
  if (faults.length === 0) faults.push(...faultsOfRange({ from, to }));
  const grouping = GROUPINGS.find((word) => word === query.group_by);
  const by = checkedParameter(request, faults, 'group_by', `one of ${GROUPINGS.join(', ')}`, grouping);
  assertNoFaults(faults);
  return { from, to, by: by ?? 'day' };
}

function faultsOfRange({ from, to }: DayRange): Fault[] {
  const earliest = daysAfter(to, 1 - KEPT_DAYS);
  if (from >= earliest && from <= to) return [];
  const what = `a day from ${earliest} to ${to} (${KEPT_DAYS} days at most)`;
  return [fault(['from'], 'invalid_value', expectation(what, 'from', from))];
}

/** A day that there is; years before 2000 and after 2999 are taken for mistakes. */
function dayIn(text: unknown): string | undefined {
  return typeof text === 'string' && text.startsWith('2') && isDay(text) ? text : undefined;
}
