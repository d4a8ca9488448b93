import { EntityManager } from '@mikro-orm/core';
import { Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AccountBelongings } from '../../accounts/application/delete-account.ts';
import { RecheckCaller } from '../../accounts/application/recheck-caller.ts';
import { AccountsModule } from '../../accounts/infrastructure/accounts.module.ts';
import { ImageHeaderReader } from '../../imaging/application/ports.ts';
import { ImagingModule } from '../../imaging/infrastructure/imaging.module.ts';
import { Settings } from '../../settings/settings.ts';
import { Clock } from '../../shared/clock.ts';
import { RedisConnections } from '../../shared/redis/redis-connections.ts';
import { Spool } from '../../shared/spool.ts';
import { TaskQueue } from '../../shared/tasks/task-queue.ts';
import { useCase } from '../../shared/use-case.ts';
import { Readiness } from '../../telemetry/readiness.ts';
import { DownloadResult } from '../application/download-result.ts';
import { EraseImageJob } from '../application/erase-image-job.ts';
import { FindImageJob, ListImageJobs, RecordLife } from '../application/find-image-jobs.ts';
import { ForecastCompletion, Workers } from '../application/forecast-completion.ts';
import { JobEvents } from '../application/job-events.ts';
import {
  FileStore,
  IdempotencyClaims,
  ImageJobRepository,
  ImageWorkRepository,
  JobCensus,
  WorkStatistics,
} from '../application/ports.ts';
import { Capacity, SubmitImage } from '../application/submit-image.ts';
import { SubmitOnce } from '../application/submit-once.ts';
import { WaitForImage } from '../application/wait-for-image.ts';
import { StreamPlaces, WaitingPlaces } from '../application/waiting-places.ts';
import { StreamLife, WatchImage } from '../application/watch-image.ts';
import { InProcessJobEvents } from './events/in-process-job-events.ts';
import { RedisJobEvents } from './events/redis-job-events.ts';
import { LocalFileStore } from './files/local-file-store.ts';
import { s3Client } from './files/s3-client.ts';
import { S3FileStore } from './files/s3-file-store.ts';
import { ImageEventsController } from './http/image-events.controller.ts';
import { ImageForm } from './http/image-form.ts';
import { ImagePresenter } from './http/image-presenter.ts';
import { ImagesController } from './http/images.controller.ts';
import { MikroOrmIdempotencyClaims } from './sql/mikro-orm-idempotency-claims.ts';
import { MikroOrmImageJobRepository } from './sql/mikro-orm-image-job.repository.ts';
import { MikroOrmImageWorkRepository } from './sql/mikro-orm-image-work.repository.ts';
import { SqlJobCensus } from './sql/sql-job-census.ts';
import { SqlWorkStatistics } from './sql/sql-work-statistics.ts';

const fromEntityManager = { inject: [EntityManager] };
const fromSettings = { inject: [Settings] };

/** What callers ask for: uploads, jobs, downloads. */
@Module({
  imports: [AccountsModule, ImagingModule],
  controllers: [ImagesController, ImageEventsController],
  providers: [
    {
      provide: ImageJobRepository,
      ...fromEntityManager,
      useFactory: (em: EntityManager) => new MikroOrmImageJobRepository(em),
    },
    {
      provide: ImageWorkRepository,
      ...fromEntityManager,
      useFactory: (em: EntityManager) => new MikroOrmImageWorkRepository(em),
    },
    {
      provide: IdempotencyClaims,
      ...fromEntityManager,
      useFactory: (em: EntityManager) => new MikroOrmIdempotencyClaims(em),
    },
    { provide: JobCensus, ...fromEntityManager, useFactory: (em: EntityManager) => new SqlJobCensus(em) },
    { provide: WorkStatistics, ...fromEntityManager, useFactory: (em: EntityManager) => new SqlWorkStatistics(em) },
    { provide: FileStore, ...fromSettings, useFactory: fileStore },
    { provide: JobEvents, inject: [RedisConnections], useFactory: jobEvents },
    { provide: RecordLife, ...fromSettings, useFactory: ({ jobs }: Settings) => new RecordLife(jobs.recordSeconds) },
    { provide: Capacity, ...fromSettings, useFactory: ({ jobs }: Settings) => new Capacity(jobs.queueLimit) },
    { provide: Workers, ...fromSettings, useFactory: ({ worker }: Settings) => new Workers(worker.concurrency) },
    useCase(FindImageJob, ImageJobRepository, Clock, RecordLife),
    useCase(ListImageJobs, ImageJobRepository, Clock, RecordLife),
    useCase(ForecastCompletion, WorkStatistics, Clock, Workers),
    {
      provide: WaitingPlaces,
      ...fromSettings,
      useFactory: ({ waiting }: Settings) => new WaitingPlaces(waiting.places),
    },
    {
      provide: StreamPlaces,
      ...fromSettings,
      useFactory: ({ waiting }: Settings) =>
        new StreamPlaces(waiting.streams, {
          authenticated: waiting.streamsPerAccount,
          anonymous: waiting.streamsPerAddress,
        }),
    },
    {
      provide: StreamLife,
      ...fromSettings,
      useFactory: ({ waiting }: Settings) => new StreamLife(waiting.streamSeconds),
    },
    useCase(WaitForImage, FindImageJob, RecheckCaller, JobEvents, WaitingPlaces),
    useCase(WatchImage, FindImageJob, RecheckCaller, JobEvents, StreamPlaces, StreamLife),
    useCase(EraseImageJob, ImageJobRepository, FileStore, IdempotencyClaims, JobEvents),
    useCase(DownloadResult, FindImageJob, ImageJobRepository, FileStore, JobEvents, Clock),
    useCase(SubmitImage, ImageHeaderReader, FileStore, ImageJobRepository, EraseImageJob, TaskQueue, Clock, Capacity),
    useCase(SubmitOnce, SubmitImage, IdempotencyClaims, ImageJobRepository, EraseImageJob, Clock),
    {
      provide: ImageForm,
      inject: [Spool, FileStore, Settings],
      useFactory: (spool: Spool, files: FileStore, { storage }: Settings) =>
        new ImageForm(spool, files, storage.minimumFreeBytes),
    },
    {
      provide: ImagePresenter,
      inject: [ForecastCompletion, Clock, Settings],
      useFactory: (forecasts: ForecastCompletion, clock: Clock, { http }: Settings) =>
        new ImagePresenter(forecasts, clock, http.publicUrl),
    },
  ],
  exports: [ImageJobRepository, ImageWorkRepository, JobCensus, FileStore, JobEvents, RecordLife],
})
export class ImageJobsModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    private readonly waitingPlaces: WaitingPlaces,
    private readonly streamPlaces: StreamPlaces,
    private readonly belongings: AccountBelongings,
    private readonly eraser: EraseImageJob,
    private readonly spool: Spool,
    readiness: Readiness,
    files: FileStore,
  ) {
    readiness.needs('storage', () => files.check());
  }

  async onModuleInit(): Promise<void> {
    this.belongings.erasedBy((accountId) => this.eraser.ofAccount(accountId));
    await this.spool.open();
  }

  /** Before anything else stops: whoever waits is answered with the state that the job has now. */
  onModuleDestroy(): void {
    this.waitingPlaces.close();
    this.streamPlaces.close();
  }
}

function fileStore({ storage }: Settings): FileStore {
  const { bucket, timeoutSeconds } = storage.s3;
  return bucket ? new S3FileStore(s3Client(storage.s3), bucket, timeoutSeconds) : new LocalFileStore(storage.dataDir);
}

function jobEvents(redis: RedisConnections | null): JobEvents {
  return redis ? new RedisJobEvents(redis.commands, redis.patient()) : new InProcessJobEvents();
}
