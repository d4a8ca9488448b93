import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { AccountsModule } from './accounts/infrastructure/accounts.module.ts';
import { BaseModule } from './base.module.ts';
import { HealthModule } from './health/health.module.ts';
import { ImageJobsModule } from './image-jobs/infrastructure/image-jobs.module.ts';
import { ProcessingModule } from './processing/infrastructure/processing.module.ts';
import type { Settings } from './settings/settings.ts';
import type { Clock } from './shared/clock.ts';
import { logOptions } from './telemetry/log-options.ts';
import { ServiceLogger } from './telemetry/service-logger.ts';
import { WebModule } from './web/web.module.ts';

/** The composition root: which modules there are, in the order in which data flows. */
@Module({})
export class AppModule {
  static with(settings: Settings, clock: Clock): DynamicModule {
    return {
      module: AppModule,
      providers: [ServiceLogger],
      imports: [
        LoggerModule.forRoot(logOptions(settings.log)),
        BaseModule.with(settings, clock),
        AccountsModule,
        ImageJobsModule,
        ...(settings.deployment.role === 'api' ? [] : [ProcessingModule.with(settings.deployment, settings.worker)]),
        HealthModule,
        WebModule,
      ],
    };
  }
}
