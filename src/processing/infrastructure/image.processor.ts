import { Process, Processor } from '@nestjs/bull';
import type { Type } from '@nestjs/common';
import type { Job } from 'bull';
import { IMAGES_QUEUE, type TaskMessage } from '../../shared/redis/bull-task-queue.ts';
import { BullWorker } from './bull-worker.ts';

/** Takes the messages of the one queue, so many at once. */
export function imageProcessor(concurrency: number): Type {
  @Processor(IMAGES_QUEUE)
  class ImageProcessor {
    constructor(private readonly worker: BullWorker) {}

    @Process({ concurrency })
    process({ data }: Job<TaskMessage>): Promise<void> {
      return this.worker.work(data.id);
    }
  }
  return ImageProcessor;
}
