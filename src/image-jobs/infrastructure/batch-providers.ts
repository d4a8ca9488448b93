import { EntityManager } from '@mikro-orm/core';
import type { Provider } from '@nestjs/common';
import { RecheckCaller } from '../../accounts/application/recheck-caller.ts';
import { Clock } from '../../shared/clock.ts';
import { HttpSettings } from '../../shared/http/http.settings.ts';
import { TaskQueue } from '../../shared/tasks/task-queue.ts';
import { adapter, useCase } from '../../shared/use-case.ts';
import { DownloadBatch } from '../application/download-batch.ts';
import { EraseBatch } from '../application/erase-batch.ts';
import { FindBatch, ListBatches } from '../application/find-batches.ts';
import { JobEvents } from '../application/job-events.ts';
import { StreamPlaces, WaitingPlaces } from '../application/kinds-of-places.ts';
import { MakeOnce } from '../application/make-once.ts';
import { BatchRepository, BatchResources, FileStore, IdempotencyClaims } from '../application/ports.ts';
import { SubmitBatch } from '../application/submit-batch.ts';
import { SubmitBatchOnce } from '../application/submit-batch-once.ts';
import { WaitForBatch } from '../application/wait-for-batch.ts';
import { WatchBatch } from '../application/watch-batch.ts';
import { BatchPresenter } from './http/batch-presenter.ts';
import { BatchForm } from './http/upload/batch-form.ts';
import { PictureForm } from './http/upload/picture-form.ts';
import { BatchSettings, JobSettings, StreamSettings } from './image-jobs.settings.ts';
import { MikroOrmBatchRepository } from './sql/mikro-orm-batch.repository.ts';

/** What batches are made of, beside what they share with single images. */
export const BATCH_PROVIDERS: readonly Provider[] = [
  adapter(BatchRepository, MikroOrmBatchRepository, EntityManager),
  useCase(FindBatch, BatchRepository, Clock, JobSettings),
  useCase(ListBatches, BatchRepository, Clock, JobSettings),
  useCase(WaitForBatch, FindBatch, RecheckCaller, JobEvents, WaitingPlaces),
  useCase(WatchBatch, FindBatch, RecheckCaller, JobEvents, StreamPlaces, StreamSettings),
  useCase(EraseBatch, BatchRepository, FileStore, IdempotencyClaims, JobEvents),
  useCase(DownloadBatch, FindBatch, BatchRepository, Clock),
  useCase(SubmitBatch, FileStore, BatchRepository, EraseBatch, TaskQueue, Clock, JobSettings),
  useCase(SubmitBatchOnce, SubmitBatch, MakeOnce, BatchRepository, EraseBatch),
  useCase(BatchForm, PictureForm, BatchSettings),
  useCase(BatchPresenter, Clock, HttpSettings),
  { provide: BatchResources, useExisting: BatchPresenter },
];
