import { Logger, Module } from '@nestjs/common';
import { UsagePolicies } from '../../accounts/domain/usage-policy.ts';
import { RecordLife } from '../../image-jobs/application/find-image-jobs.ts';
import { JobEvents } from '../../image-jobs/application/job-events.ts';
import { FileStore, ImageWorkRepository } from '../../image-jobs/application/ports.ts';
import { ImageJobsModule } from '../../image-jobs/infrastructure/image-jobs.module.ts';
import { Settings } from '../../settings.ts';
import { Clock } from '../../shared/clock.ts';
import { InProcessTaskQueue } from '../../shared/in-process-task-queue.ts';
import { TaskQueue } from '../../shared/task-queue.ts';
import { useCase } from '../../shared/use-case.ts';
import { EraseExpiredImages } from '../application/erase-expired-images.ts';
import { ImageTransformer, WorkLog, Workspace } from '../application/ports.ts';
import { Deadline, ProcessImage } from '../application/process-image.ts';
import { RemoveOrphanFiles } from '../application/remove-orphan-files.ts';
import { ResumeUnfinishedWork } from '../application/resume-unfinished-work.ts';
import { SettleFailure } from '../application/settle-failure.ts';
import { InProcessWorker } from './in-process-worker.ts';
import { LocalWorkspace } from './local-workspace.ts';
import { NestWorkLog } from './nest-work-log.ts';
import { SharpImageTransformer } from './sharp-image-transformer.ts';

const fromSettings = { inject: [Settings] };

/** The work: jobs become results. */
@Module({
  imports: [ImageJobsModule],
  providers: [
    { provide: WorkLog, useClass: NestWorkLog },
    {
      provide: Workspace,
      ...fromSettings,
      useFactory: ({ storage }: Settings) => new LocalWorkspace(storage.spoolDir),
    },
    {
      provide: Deadline,
      ...fromSettings,
      useFactory: ({ jobs }: Settings) => new Deadline(jobs.deadlineSeconds, jobs.deadlineSecondsPerMegapixel),
    },
    { provide: SharpImageTransformer, ...fromSettings, useFactory: transformer },
    { provide: ImageTransformer, useExisting: SharpImageTransformer },
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
      UsagePolicies,
      Deadline,
    ),
    useCase(ResumeUnfinishedWork, ImageWorkRepository, SettleFailure, TaskQueue, Clock),
    useCase(EraseExpiredImages, ImageWorkRepository, FileStore, JobEvents, Clock, RecordLife),
    useCase(RemoveOrphanFiles, ImageWorkRepository, FileStore),
    useCase(
      InProcessWorker,
      InProcessTaskQueue,
      SharpImageTransformer,
      ProcessImage,
      ResumeUnfinishedWork,
      RemoveOrphanFiles,
      EraseExpiredImages,
      Clock,
      Settings,
    ),
  ],
})
export class ProcessingModule {}

function transformer({ worker, policies }: Settings): SharpImageTransformer {
  const logger = new Logger('Transformer');
  return new SharpImageTransformer({
    concurrency: worker.concurrency,
    mostPixels: Math.max(...Object.values(policies).flatMap((policy) => [policy.sourcePixels, policy.outputPixels])),
    onLoss: (loss) => logger.warn(loss, `A child process ended: ${loss.end}`),
    onPlan: (line) => logger.debug(line),
  });
}
