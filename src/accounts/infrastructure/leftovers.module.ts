import { Module } from '@nestjs/common';
import { Sweep } from '../../shared/periodically.ts';
import { useCase } from '../../shared/use-case.ts';
import { EraseBelongings } from '../application/account-belongings.ts';
import { AccountsModule } from './accounts.module.ts';

/** How often what a deletion has left is erased; there is seldom any. */
const ERASED_EVERY_SECONDS = 60;

/** Goes on with deletions that were cut short. */
class LeftoversSweep extends Sweep {
  constructor(belongings: EraseBelongings) {
    super('Erasing what removed accounts own', ERASED_EVERY_SECONDS, () => belongings.ofAllRemoved());
  }
}

/**
 * For processes that have all modules: one where a module has not said how to erase its part, as the operator's command,
 * would take an account for erased.
 */
@Module({ imports: [AccountsModule], providers: [useCase(LeftoversSweep, EraseBelongings)] })
export class LeftoversModule {}
