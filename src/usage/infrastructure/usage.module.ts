import { EntityManager } from '@mikro-orm/core';
import { Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { AccountBelongings } from '../../accounts/application/account-belongings.ts';
import { MonthlyImages } from '../../accounts/application/ports.ts';
import { AccountsModule } from '../../accounts/infrastructure/accounts.module.ts';
import { PoliciesSettings } from '../../accounts/infrastructure/accounts.settings.ts';
import { JobCensus } from '../../image-jobs/application/ports.ts';
import { ImageJobsModule } from '../../image-jobs/infrastructure/image-jobs.module.ts';
import { JobEndings } from '../../image-jobs/infrastructure/sql/job-endings.ts';
import { Clock } from '../../shared/clock.ts';
import { adapter, useCase } from '../../shared/use-case.ts';
import { BeginMonth } from '../application/begin-month.ts';
import { UsageLedger } from '../application/ports.ts';
import { ShowUsage } from '../application/show-usage.ts';
import { UsageController } from './http/usage.controller.ts';
import { SqlUsageLedger } from './sql/sql-usage-ledger.ts';
import { usageWriter } from './sql/usage-writer.ts';
import { UsageSweep } from './usage-sweep.ts';

/** What the work came to. */
@Module({
  imports: [AccountsModule, ImageJobsModule],
  controllers: [UsageController],
  providers: [
    adapter(UsageLedger, SqlUsageLedger, EntityManager),
    useCase(ShowUsage, UsageLedger),
    useCase(BeginMonth, UsageLedger, JobCensus, MonthlyImages, Clock),
    useCase(UsageSweep, UsageLedger, Clock),
  ],
})
export class UsageModule implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly em: EntityManager,
    private readonly endings: JobEndings,
    private readonly belongings: AccountBelongings,
    private readonly ledger: UsageLedger,
    private readonly month: BeginMonth,
    private readonly policies: PoliciesSettings,
  ) {}

  /** After the jobs' own module, so that no job of a deleted account can end once its lines have lost their account. */
  onModuleInit(): void {
    this.endings.follow(usageWriter(this.em));
    this.belongings.erasedBy((accountId) => this.ledger.anonymize(accountId));
  }

  async onApplicationBootstrap(): Promise<void> {
    // The operator may have set it since the last start, or taken it back for a while.
    if (this.policies.authenticated.imagesPerMonth !== null) await this.month.ofAll();
  }
}
