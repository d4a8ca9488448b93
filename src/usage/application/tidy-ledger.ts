import type { Clock } from '../../shared/clock.ts';
import { dayOf, daysAfter, KEPT_DAYS } from '../domain/usage-entry.ts';
import type { UsageLedger } from './ports.ts';

/** Forgets what is too old, and to whom the rest belonged once their account is deleted, also when that was cut short. */
export class TidyLedger {
  constructor(
    private readonly ledger: UsageLedger,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    await this.ledger.forget(daysAfter(dayOf(this.clock.now()), 1 - KEPT_DAYS));
    await this.ledger.anonymize();
  }
}
