import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { KEPT_DAYS } from '../domain/webhook-delivery.ts';
import type { DeliveryRepository } from './ports.ts';

/** Most deliveries that one sweep forgets; the next one goes on. */
const FORGOTTEN_AT_ONCE = 1000;

/** Whether anything is sent. */
export interface Sending {
  readonly enabled: 'on' | 'off';
}

/** Forgets deliveries that are old. One that is due is sent first; where nothing is sent at all, it would never end. */
export class ForgetDeliveries {
  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly clock: Clock,
    private readonly sending: Sending,
  ) {}

  async execute(): Promise<void> {
    const madeBefore = secondsAfter(this.clock.now(), -KEPT_DAYS * 24 * 3600);
    const which = this.sending.enabled === 'on' ? 'ended' : 'all';
    await this.deliveries.forget(which, madeBefore, FORGOTTEN_AT_ONCE);
  }
}
