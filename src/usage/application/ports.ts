import type { Usage } from '../domain/usage.ts';

/** What usage can be told by. */
export const GROUPINGS = ['day', 'key', 'operation'] as const;

export type Grouping = (typeof GROUPINGS)[number];

/** Days in UTC, both included, as `2026-01-31`. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** The usage of a day, an API key (by its prefix; null without one) or an operation. */
export interface UsageGroup {
  readonly name: string | null;
  readonly usage: Usage;
}

/** What ended jobs came to, day by day. It is written with each job's end, never through this. */
export abstract class UsageLedger {
  /** In the order of their names; those that nothing was counted for are left out. */
  abstract groupsOf(accountId: string, range: DayRange, by: Grouping): Promise<UsageGroup[]>;
  abstract totalOf(accountId: string, range: DayRange): Promise<Usage>;
  /** Whom it has something of, without deleted accounts. */
  abstract accountsIn(range: DayRange): Promise<string[]>;
  /** Takes account and key off the lines of an account that is deleted; the figures stay. */
  abstract anonymize(accountId: string): Promise<void>;
  /** Removes the lines of earlier days. */
  abstract forget(before: string): Promise<void>;
}
