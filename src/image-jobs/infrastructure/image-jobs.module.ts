import { setTimeout as pause } from 'node:timers/promises';
import { EntityManager } from '@mikro-orm/core';
import { Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AccountBelongings } from '../../accounts/application/account-belongings.ts';
import { RecheckCaller } from '../../accounts/application/recheck-caller.ts';
import { AccountsModule } from '../../accounts/infrastructure/accounts.module.ts';
import { ImageHeaderReader } from '../../imaging/application/ports.ts';
import { ImagingModule } from '../../imaging/infrastructure/imaging.module.ts';
import { Clock } from '../../shared/clock.ts';
import { WorkerSettings } from '../../shared/deployment.settings.ts';
import { HttpSettings } from '../../shared/http/http.settings.ts';
import { OperatorError } from '../../shared/operator-error.ts';
import { RedisConnections } from '../../shared/redis/redis-connections.ts';
import { Spool } from '../../shared/spool.ts';
import { StorageSettings } from '../../shared/storage.settings.ts';
import { TaskQueue } from '../../shared/tasks/task-queue.ts';
import { adapter, useCase } from '../../shared/use-case.ts';
import { Readiness } from '../../telemetry/readiness.ts';
import { DownloadResult } from '../application/download-result.ts';
import { EraseImageJob } from '../application/erase-image-job.ts';
import { FindImageJob, ListImageJobs } from '../application/find-image-jobs.ts';
import { ForecastCompletion } from '../application/forecast-completion.ts';
import { JobEvents } from '../application/job-events.ts';
import { DownloadPlaces, StreamPlaces, UploadPlaces, WaitingPlaces } from '../application/kinds-of-places.ts';
import { MakeOnce } from '../application/make-once.ts';
import { PlanOutputs } from '../application/plan-outputs.ts';
import {
  BatchRepository,
  BatchResources,
  FileStore,
  IdempotencyClaims,
  ImageJobRepository,
  ImageResources,
  ImageWorkRepository,
  JobCensus,
  PresetRepository,
  WorkStatistics,
} from '../application/ports.ts';
import { DeletePreset, FindPreset, SavePreset } from '../application/presets.ts';
import { SubmitImage } from '../application/submit-image.ts';
import { SubmitOnce } from '../application/submit-once.ts';
import { WaitForImage } from '../application/wait-for-image.ts';
import { WatchImage } from '../application/watch-image.ts';
import { WebhookUrls } from '../application/webhook-urls.ts';
import { BATCH_PROVIDERS } from './batch-providers.ts';
import { InProcessJobEvents } from './events/in-process-job-events.ts';
import { RedisJobEvents } from './events/redis-job-events.ts';
import { LocalFileStore } from './files/local-file-store.ts';
import { S3Settings } from './files/s3.settings.ts';
import { BatchEventsController } from './http/batch-events.controller.ts';
import { BatchesController } from './http/batches.controller.ts';
import { DownloadsController } from './http/download/downloads.controller.ts';
import { ImageEventsController } from './http/image-events.controller.ts';
import { ImagePresenter } from './http/image-presenter.ts';
import { ImagesController } from './http/images.controller.ts';
import { PlanController } from './http/plan.controller.ts';
import { PresetsController } from './http/presets.controller.ts';
import { ImageForm } from './http/upload/image-form.ts';
import { PictureForm } from './http/upload/picture-form.ts';
import { WantedReader } from './http/wanted/wanted-reader.ts';
import {
  DownloadSettings,
  JobSettings,
  StreamSettings,
  UploadSettings,
  WaitingSettings,
} from './image-jobs.settings.ts';
import { JobEndings } from './sql/job-endings.ts';
import { MikroOrmIdempotencyClaims } from './sql/mikro-orm-idempotency-claims.ts';
import { MikroOrmImageJobRepository } from './sql/mikro-orm-image-job.repository.ts';
import { MikroOrmImageWorkRepository } from './sql/mikro-orm-image-work.repository.ts';
import { MikroOrmPresetRepository } from './sql/mikro-orm-preset.repository.ts';
import { SqlJobCensus } from './sql/sql-job-census.ts';
import { SqlWorkStatistics } from './sql/sql-work-statistics.ts';

/** How long a start waits for the store of images to say that it cannot be used. */
const STORE_WAIT_MS = 3000;

/** What callers ask for: uploads, jobs, downloads. */
@Module({
  imports: [AccountsModule, ImagingModule],
  controllers: [
    PlanController,
    ImagesController,
    DownloadsController,
    ImageEventsController,
    BatchesController,
    BatchEventsController,
    PresetsController,
  ],
  providers: [
    JobEndings,
    ...BATCH_PROVIDERS,
    WebhookUrls,
    adapter(ImageJobRepository, MikroOrmImageJobRepository, EntityManager, JobEndings),
    adapter(ImageWorkRepository, MikroOrmImageWorkRepository, EntityManager, JobEndings),
    adapter(IdempotencyClaims, MikroOrmIdempotencyClaims, EntityManager),
    adapter(JobCensus, SqlJobCensus, EntityManager),
    adapter(WorkStatistics, SqlWorkStatistics, EntityManager),
    { provide: FileStore, inject: [S3Settings, StorageSettings, DownloadSettings], useFactory: fileStore },
    { provide: JobEvents, inject: [RedisConnections], useFactory: jobEvents },
    useCase(FindImageJob, ImageJobRepository, Clock, JobSettings),
    useCase(ListImageJobs, ImageJobRepository, Clock, JobSettings),
    useCase(ForecastCompletion, WorkStatistics, Clock, WorkerSettings),
    useCase(WaitingPlaces, WaitingSettings),
    useCase(StreamPlaces, StreamSettings),
    useCase(UploadPlaces, UploadSettings),
    useCase(DownloadPlaces, DownloadSettings),
    useCase(WaitForImage, FindImageJob, RecheckCaller, JobEvents, WaitingPlaces),
    useCase(WatchImage, FindImageJob, RecheckCaller, JobEvents, StreamPlaces, StreamSettings),
    useCase(EraseImageJob, ImageJobRepository, BatchRepository, FileStore, IdempotencyClaims, JobEvents),
    useCase(DownloadResult, FindImageJob, ImageJobRepository, FileStore, JobEvents, Clock, DownloadPlaces),
    useCase(SubmitImage, FileStore, ImageJobRepository, EraseImageJob, TaskQueue, Clock, JobSettings),
    useCase(MakeOnce, IdempotencyClaims, RecheckCaller, Clock),
    useCase(SubmitOnce, SubmitImage, MakeOnce, ImageJobRepository, EraseImageJob),
    adapter(PresetRepository, MikroOrmPresetRepository, EntityManager),
    useCase(SavePreset, PresetRepository, Clock),
    useCase(FindPreset, PresetRepository),
    useCase(DeletePreset, PresetRepository),
    useCase(PlanOutputs, ForecastCompletion, Clock),
    useCase(WantedReader, PresetRepository),
    useCase(
      PictureForm,
      Spool,
      ImageHeaderReader,
      FileStore,
      WantedReader,
      WebhookUrls,
      StorageSettings,
      RecheckCaller,
      UploadPlaces,
    ),
    useCase(ImageForm, PictureForm),
    useCase(ImagePresenter, ForecastCompletion, Clock, HttpSettings),
    { provide: ImageResources, useExisting: ImagePresenter },
  ],
  exports: [
    BatchRepository,
    BatchResources,
    ImageJobRepository,
    ImageResources,
    ImageWorkRepository,
    JobCensus,
    FileStore,
    JobEvents,
    JobEndings,
    WebhookUrls,
    FindImageJob,
  ],
})
export class ImageJobsModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    private readonly waitingPlaces: WaitingPlaces,
    private readonly streamPlaces: StreamPlaces,
    private readonly belongings: AccountBelongings,
    private readonly eraser: EraseImageJob,
    private readonly presets: PresetRepository,
    private readonly spool: Spool,
    readiness: Readiness,
    private readonly files: FileStore,
  ) {
    readiness.needs('storage', () => files.check());
  }

  async onModuleInit(): Promise<void> {
    this.belongings.erasedBy((accountId) => this.eraser.ofAccount(accountId));
    this.belongings.erasedBy((accountId) => this.presets.removeAllOf(accountId));
    await this.assertUsable();
    await this.spool.open();
  }

  /** A store that is away for a while holds up no start; one that will never do ends it. */
  private async assertUsable(): Promise<void> {
    const refused = this.files.check().catch((error: unknown) => {
      if (error instanceof OperatorError) throw error;
    });
    await Promise.race([refused, pause(STORE_WAIT_MS, undefined, { ref: false })]);
    refused.catch(() => undefined);
  }

  /** Before anything else stops: whoever waits is answered with the state that the job has now. */
  onModuleDestroy(): void {
    this.waitingPlaces.close();
    this.streamPlaces.close();
  }
}

async function fileStore(
  s3: S3Settings,
  { dataDir }: StorageSettings,
  downloads: DownloadSettings,
): Promise<FileStore> {
  if (!s3.bucket) return new LocalFileStore(dataDir);
  // Amazon's client is large, and most have no use for it.
  const [{ s3Client }, { S3FileStore }] = await Promise.all([
    import('./files/s3-client.ts'),
    import('./files/s3-file-store.ts'),
  ]);
  return new S3FileStore(s3Client(s3), s3Client(s3, downloads.places), s3.bucket, s3.timeoutSeconds);
}

function jobEvents(redis: RedisConnections | null): JobEvents {
  return redis ? new RedisJobEvents(redis.commands, redis.patient()) : new InProcessJobEvents();
}
