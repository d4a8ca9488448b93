import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ImageJobsModule } from '../image-jobs/infrastructure/image-jobs.module.ts';
import { HealthController } from './health.controller.ts';

/** Health of the service. */
@Module({ imports: [TerminusModule, ImageJobsModule], controllers: [HealthController] })
export class HealthModule {}
