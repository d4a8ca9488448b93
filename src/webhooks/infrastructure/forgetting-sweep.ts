import type { ProcessingSettings } from '../../processing/infrastructure/processing.settings.ts';
import { Sweep } from '../../shared/periodically.ts';
import type { ForgetDeliveries } from '../application/forget-deliveries.ts';

/** Forgets old deliveries again and again, in every worker: also where webhooks were on once and are off now. */
export class ForgettingSweep extends Sweep {
  constructor(forget: ForgetDeliveries, { sweepSeconds }: ProcessingSettings) {
    super('Forgetting old webhooks', sweepSeconds, () => forget.execute());
  }
}
