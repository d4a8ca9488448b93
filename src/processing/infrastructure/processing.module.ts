import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { JobEvents } from '../../image-jobs/application/job-events.ts';
import { BatchRepository, FileStore, ImageWorkRepository } from '../../image-jobs/application/ports.ts';
import { ImageJobsModule } from '../../image-jobs/infrastructure/image-jobs.module.ts';
import { JobSettings } from '../../image-jobs/infrastructure/image-jobs.settings.ts';
import { ImageTransformer } from '../../imaging/application/ports.ts';
import { ImagingModule } from '../../imaging/infrastructure/imaging.module.ts';
import { Clock } from '../../shared/clock.ts';
import { DeploymentSettings, WorkerSettings } from '../../shared/deployment.settings.ts';
import { HttpSettings } from '../../shared/http/http.settings.ts';
import { Spool } from '../../shared/spool.ts';
import { TaskQueue } from '../../shared/tasks/task-queue.ts';
import { adapter, useCase } from '../../shared/use-case.ts';
import { Readiness } from '../../telemetry/readiness.ts';
import { EraseExpiredImages } from '../application/erase-expired-images.ts';
import { WorkLog, Workspace } from '../application/ports.ts';
import { ProcessImage } from '../application/process-image.ts';
import { RemoveOrphanFiles } from '../application/remove-orphan-files.ts';
import { ResumeUnfinishedWork } from '../application/resume-unfinished-work.ts';
import { SettleFailure } from '../application/settle-failure.ts';
import { LocalWorkspace } from './local-workspace.ts';
import { NestWorkLog } from './nest-work-log.ts';
import { ProcessingSettings } from './processing.settings.ts';
import { Sweeps } from './sweeps.ts';
import { Worker } from './worker.ts';

/** The work: jobs become results. */
@Module({
  imports: [ImageJobsModule, ImagingModule],
  providers: [
    { provide: WorkLog, useClass: NestWorkLog },
    adapter(Workspace, LocalWorkspace, Spool),
    useCase(SettleFailure, ImageWorkRepository, FileStore, TaskQueue, JobEvents, Clock, WorkLog),
    useCase(
      ProcessImage,
      ImageWorkRepository,
      FileStore,
      ImageTransformer,
      Workspace,
      SettleFailure,
      JobEvents,
      Clock,
      ProcessingSettings,
      WorkLog,
    ),
    useCase(ResumeUnfinishedWork, ImageWorkRepository, SettleFailure, TaskQueue, Clock),
    useCase(EraseExpiredImages, ImageWorkRepository, BatchRepository, FileStore, JobEvents, Clock, JobSettings),
    useCase(RemoveOrphanFiles, ImageWorkRepository, FileStore),
    useCase(Sweeps, EraseExpiredImages, ResumeUnfinishedWork, RemoveOrphanFiles, Clock, ProcessingSettings),
    useCase(
      Worker,
      TaskQueue,
      ImageTransformer,
      ProcessImage,
      Sweeps,
      Readiness,
      DeploymentSettings,
      WorkerSettings,
      HttpSettings,
    ),
  ],
})
export class ProcessingModule {
  static async with({ redisUrl }: DeploymentSettings, { concurrency }: WorkerSettings): Promise<DynamicModule> {
    return {
      module: ProcessingModule,
      providers: redisUrl ? [await imagesProcessor(concurrency)] : [],
    };
  }
}

/** Bull is loaded where there is a Redis. */
async function imagesProcessor(concurrency: number): Promise<Type> {
  const { taskProcessor } = await import('../../shared/tasks/task.processor.ts');
  return taskProcessor('images', concurrency);
}
