import type { ImageJob } from '../../image-jobs/domain/image-job.ts';
import type { ImageResult, WantedOutput } from '../../image-jobs/domain/output.ts';
import { dayOf } from '../../shared/calendar.ts';
import { USAGE_FIGURES, type Usage } from './usage.ts';

/** The figures of an entry, in their order. */
type Figures = [number, number, number, number, number, number, number];

/** So many days are kept, today included. */
export const KEPT_DAYS = 400;
/** Days that are told of when nobody says which. */
export const DEFAULT_DAYS = 30;

/** Stands where there is no account, no key, or no one operation: a place in the ledger is found by all four. */
export const NONE = '';

/** One line of the ledger: what the jobs of a day came to, of one account and key, all together or with one operation. */
export class UsageEntry implements Usage {
  private constructor(
    /** UTC, as `2026-01-31`. */
    readonly day: string,
    /** Empty for anonymous jobs, and for accounts that are deleted. */
    readonly accountId: string,
    /** Empty for jobs that came without an API key. */
    readonly keyPrefix: string,
    /** Empty for all jobs; else those with this operation, each counted once, and their outputs with it. */
    readonly operation: string,
    readonly images: number,
    readonly outputs: number,
    readonly failed: number,
    readonly sourceBytes: number,
    readonly resultBytes: number,
    readonly sourcePixels: number,
    readonly processingMs: number,
  ) {}

  /**
   * What a job that has ended adds to the ledger, its own line first and then one for each operation that it asked for, in
   * the order of their names: those who add to the same lines at the same moment never wait for each other in a circle.
   */
  static of(job: ImageJob): UsageEntry[] {
    const operations = [...new Set(job.outputs.flatMap(operationsOf))].sort();
    return [NONE, ...operations].map((operation) => UsageEntry.line(job, operation));
  }

  /** The same without account and key: one line for each day and operation, in their order. */
  static anonymized(entries: readonly UsageEntry[]): UsageEntry[] {
    const lines = Map.groupBy(entries, ({ day, operation }) => `${day} ${operation}`);
    return [...lines.keys()].sort().map((name) => UsageEntry.together(lines.get(name) as UsageEntry[]));
  }

  private static together(entries: readonly UsageEntry[]): UsageEntry {
    const [{ day, operation }] = entries as [UsageEntry];
    const sums = USAGE_FIGURES.map((figure) => entries.reduce((sum, entry) => sum + entry[figure], 0));
    return new UsageEntry(day, NONE, NONE, operation, ...(sums as Figures));
  }

  private static line(job: ImageJob, operation: string): UsageEntry {
    const concerned = job.madeOutputs().filter((one) => operation === NONE || operationsOf(one).includes(operation));
    const sum = (figure: (result: ImageResult) => number) =>
      concerned.reduce((total, { result }) => total + figure(result), 0);
    return new UsageEntry(
      dayOf(job.completedAt as Date),
      job.accountId ?? NONE,
      job.keyPrefix ?? NONE,
      operation,
      1,
      concerned.length,
      job.status === 'failed' ? 1 : 0,
      job.sourceBytes,
      sum(({ bytes }) => bytes),
      job.sourceWidth * job.sourceHeight * job.sourceFrames,
      sum(({ processingMs }) => processingMs),
    );
  }
}

function operationsOf({ operations }: WantedOutput): string[] {
  return operations.map(({ operation_type }) => operation_type);
}
