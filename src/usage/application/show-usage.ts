import type { Usage } from '../domain/usage.ts';
import type { DayRange, Grouping, UsageGroup, UsageLedger } from './ports.ts';

/** The usage of an account in some days. */
export interface UsageReport {
  readonly groups: readonly UsageGroup[];
  readonly total: Usage;
}

/** Tells what the images of an account have come to. */
export class ShowUsage {
  constructor(private readonly ledger: UsageLedger) {}

  async execute(accountId: string, range: DayRange, by: Grouping): Promise<UsageReport> {
    const groups = await this.ledger.groupsOf(accountId, range, by);
    return { groups, total: await this.ledger.totalOf(accountId, range) };
  }
}
