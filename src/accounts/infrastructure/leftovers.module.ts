import { type BeforeApplicationShutdown, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { Periodically } from '../../shared/periodically.ts';
import { EraseBelongings } from '../application/account-belongings.ts';
import { AccountsModule } from './accounts.module.ts';

/** How often what a deletion has left is erased; there is seldom any. */
const ERASED_EVERY_SECONDS = 60;

/**
 * Goes on with deletions that were cut short. For processes that have all modules: one where a module has not said how to
 * erase its part, as the operator's command, would take an account for erased.
 */
@Module({ imports: [AccountsModule] })
export class LeftoversModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sweep: Periodically;

  constructor(belongings: EraseBelongings) {
    this.sweep = new Periodically('Erasing what removed accounts own', ERASED_EVERY_SECONDS, () =>
      belongings.ofAllRemoved(),
    );
  }

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.sweep.stop();
  }
}
