import type { Clock } from '../../shared/clock.ts';
import type { TaskQueue } from '../../shared/tasks/task-queue.ts';
import type { DeliveryRepository } from './ports.ts';
import { wakeLane } from './wake-lane.ts';

/** Most lanes that one sweep wakes workers up for. */
const WOKEN_AT_ONCE = 1000;

/** Finds what is due and nobody was woken up for: the database is the truth. */
export class ResumeDeliveries {
  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const now = this.clock.now();
    for (const lane of await this.deliveries.dueLanes(now, WOKEN_AT_ONCE)) await wakeLane(this.queue, lane, now);
  }

  /** At the start of the only process there is: whoever sent something is dead. */
  async afterRestart(): Promise<void> {
    await this.deliveries.releaseHeld(this.clock.now());
  }
}
