import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { ProcessingSettings } from '../../processing/infrastructure/processing.settings.ts';
import { Periodically } from '../../shared/periodically.ts';
import type { ForgetDeliveries } from '../application/forget-deliveries.ts';

/** Forgets old deliveries again and again, in every worker: also where webhooks were on once and are off now. */
export class ForgettingSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sweep: Periodically;

  constructor(forget: ForgetDeliveries, { sweepSeconds }: ProcessingSettings) {
    this.sweep = new Periodically('Forgetting old webhooks', sweepSeconds, () => forget.execute());
  }

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.sweep.stop();
  }
}
