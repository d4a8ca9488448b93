import { Module } from '@nestjs/common';
import { JobCensus } from '../image-jobs/application/ports.ts';
import { ImageJobsModule } from '../image-jobs/infrastructure/image-jobs.module.ts';
import { Clock } from '../shared/clock.ts';
import { TaskQueue } from '../shared/tasks/task-queue.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { HealthController } from './health.controller.ts';
import { measureJobs } from './job-metrics.ts';

/** Health of the service, and what is measured of its jobs. */
@Module({ imports: [ImageJobsModule], controllers: [HealthController] })
export class HealthModule {
  constructor(metrics: Metrics, census: JobCensus, queue: TaskQueue, clock: Clock) {
    measureJobs(metrics, census, queue, clock);
  }
}
