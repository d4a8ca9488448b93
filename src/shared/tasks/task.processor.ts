import { Process, Processor } from '@nestjs/bull';
import type { Type } from '@nestjs/common';
import type { Job } from 'bull';
import { BullTaskQueue, type TaskMessage } from './bull-task-queue.ts';
import type { TaskKind } from './task-queue.ts';

/** Takes the messages of one kind from Bull, so many at once: for the processes that consume them. */
export function taskProcessor(kind: TaskKind, concurrency: number): Type {
  @Processor(kind)
  class TaskProcessor {
    constructor(private readonly tasks: BullTaskQueue) {
      tasks.hold(kind);
    }

    @Process({ concurrency })
    process(message: Job<TaskMessage>): Promise<void> {
      return this.tasks.handle(kind, message);
    }
  }
  return TaskProcessor;
}
