import type { MonthlyImages } from '../../accounts/application/ports.ts';
import { ownerKeyOf } from '../../accounts/domain/caller.ts';
import type { JobCensus } from '../../image-jobs/application/ports.ts';
import { dayOf, monthOf } from '../../shared/calendar.ts';
import type { Clock } from '../../shared/clock.ts';
import type { DayRange, UsageLedger } from './ports.ts';

/**
 * Begins the count of the month for whom a limit begins in the middle of it: what has been used by then is what the ledger
 * has of the month, and what has not ended yet.
 */
export class BeginMonth {
  constructor(
    private readonly ledger: UsageLedger,
    private readonly census: JobCensus,
    private readonly months: MonthlyImages,
    private readonly clock: Clock,
  ) {}

  /** For one account. */
  async of(accountId: string): Promise<void> {
    const { images } = await this.ledger.totalOf(accountId, this.daysSoFar());
    const active = await this.census.activeOf(ownerKeyOf(accountId));
    await this.months.begin(ownerKeyOf(accountId), monthOf(this.clock.now()), images + active);
  }

  /** For every account that the ledger has something of. */
  async ofAll(): Promise<void> {
    for (const accountId of await this.ledger.accountsIn(this.daysSoFar())) await this.of(accountId);
  }

  private daysSoFar(): DayRange {
    const now = this.clock.now();
    return { from: `${monthOf(now)}-01`, to: dayOf(now) };
  }
}
