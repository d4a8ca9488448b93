import { monthOf } from '../../shared/calendar.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Caller } from '../domain/caller.ts';
import type { MonthlyImages } from './ports.ts';

/** Tells a caller how much of the month's images they have used. */
export class MonthlyUse {
  constructor(
    private readonly images: MonthlyImages,
    private readonly clock: Clock,
  ) {}

  /** Null for a caller without such a limit, whose images nobody counts. */
  async execute({ key, policy }: Caller): Promise<number | null> {
    return policy.imagesPerMonth === null ? null : this.images.accepted(key, monthOf(this.clock.now()));
  }
}
