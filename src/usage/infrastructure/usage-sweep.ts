import { dayOf, daysAfter } from '../../shared/calendar.ts';
import type { Clock } from '../../shared/clock.ts';
import { Sweep } from '../../shared/periodically.ts';
import type { UsageLedger } from '../application/ports.ts';
import { KEPT_DAYS } from '../domain/usage-entry.ts';

const FORGOTTEN_EVERY_SECONDS = 3600;

/** Forgets the days that are kept no longer. */
export class UsageSweep extends Sweep {
  constructor(ledger: UsageLedger, clock: Clock) {
    super('Forgetting old usage', FORGOTTEN_EVERY_SECONDS, () =>
      ledger.forget(daysAfter(dayOf(clock.now()), 1 - KEPT_DAYS)),
    );
  }
}
