import type { Clock } from '../../shared/clock.ts';
import type { TaskQueue } from '../../shared/tasks/task-queue.ts';
import type { DeliveryRepository } from './ports.ts';
import { wakeLane } from './wake-lane.ts';

/** Most lanes that one sweep wakes workers up for. */
const WOKEN_AT_ONCE = 1000;
/** Deliveries that are scheduled anew at a time, after a clock was set back. */
const SCHEDULED_AT_ONCE = 1000;

/**
 * Finds what is due and nobody was woken up for: the database is the truth. However the clock is set back, nothing waits
 * longer for it than it has waited already.
 */
export class ResumeDeliveries {
  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const now = this.clock.now();
    while ((await this.deliveries.scheduleAnew(now, SCHEDULED_AT_ONCE)) === SCHEDULED_AT_ONCE);
    for (const lane of await this.deliveries.dueLanes(now, WOKEN_AT_ONCE)) await wakeLane(this.queue, lane, now);
  }

  /** At the start of the only process there is: whoever sent something is dead. */
  async afterRestart(): Promise<void> {
    await this.deliveries.releaseHeld(this.clock.now());
  }
}
