import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.ts';
import type { Settings } from './settings/settings.ts';
import type { Clock } from './shared/clock.ts';
import { QUIET_START, useServiceLog } from './telemetry/service-logger.ts';

/** A process that works on images and answers no requests, but for its metrics and health; `clock` is another one in tests. */
export async function createWorker(settings: Settings, clock?: Clock): Promise<INestApplicationContext> {
  const context = await NestFactory.createApplicationContext(AppModule.with(settings, clock), QUIET_START);
  useServiceLog(context);
  context.enableShutdownHooks();
  return context;
}
