import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { AccountsModule } from './accounts/infrastructure/accounts.module.ts';
import { LeftoversModule } from './accounts/infrastructure/leftovers.module.ts';
import { BaseModule } from './base.module.ts';
import { HealthModule } from './health/health.module.ts';
import { ImageJobsModule } from './image-jobs/infrastructure/image-jobs.module.ts';
import type { Settings } from './settings/settings.ts';
import type { Clock } from './shared/clock.ts';
import { DeploymentSettings } from './shared/deployment.settings.ts';
import { HttpSettings } from './shared/http/http.settings.ts';
import { useCase } from './shared/use-case.ts';
import { logOptions } from './telemetry/log-options.ts';
import { Metrics } from './telemetry/metrics.ts';
import { MetricsServer } from './telemetry/metrics-server.ts';
import { Readiness } from './telemetry/readiness.ts';
import { ServiceLogger } from './telemetry/service-logger.ts';
import { UsageModule } from './usage/infrastructure/usage.module.ts';
import { WebhooksModule } from './webhooks/infrastructure/webhooks.module.ts';

/**
 * The composition root: which modules there are, in the order in which data flows. What a role does not need it does not
 * load.
 */
@Module({})
export class AppModule {
  static with(settings: Settings, clock?: Clock): DynamicModule {
    const { role } = settings.deployment;
    return {
      module: AppModule,
      // Of processes that serve alone: an operator's command runs beside one that has the port.
      providers: [ServiceLogger, useCase(MetricsServer, Metrics, Readiness, DeploymentSettings, HttpSettings)],
      imports: [
        LoggerModule.forRoot(logOptions(settings.log)),
        BaseModule.with(settings, clock),
        AccountsModule,
        ImageJobsModule,
        ...(role === 'api' ? [] : [processing(settings)]),
        WebhooksModule.with(settings.deployment, settings.webhooks),
        UsageModule,
        LeftoversModule,
        HealthModule,
        ...(role === 'worker' ? [] : [web()]),
      ],
    };
  }
}

async function processing({ deployment, worker }: Settings): Promise<DynamicModule> {
  const { ProcessingModule } = await import('./processing/infrastructure/processing.module.ts');
  return ProcessingModule.with(deployment, worker);
}

async function web(): Promise<DynamicModule> {
  const { WebModule } = await import('./web/web.module.ts');
  return { module: WebModule };
}
