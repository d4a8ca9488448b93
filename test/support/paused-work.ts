import { ProcessImage } from '../../src/processing/application/process-image.ts';
import { ResumeUnfinishedWork } from '../../src/processing/application/resume-unfinished-work.ts';
import { BullWorker } from '../../src/processing/infrastructure/bull-worker.ts';
import { InProcessTaskQueue } from '../../src/shared/in-process-task-queue.ts';
import { BullTaskQueue } from '../../src/shared/redis/bull-task-queue.ts';
import { TaskQueue } from '../../src/shared/task-queue.ts';
import type { Service } from './service.ts';

/** Lets running jobs end and begins no other, so that uploads stay `pending` until the work goes on. */
export async function pauseWork({ app }: Service): Promise<void> {
  const queue = app.get(TaskQueue, { strict: false });
  if (queue instanceof InProcessTaskQueue) await queue.drain();
  else await app.get(BullWorker, { strict: false }).drain();
}

/** Goes on with the work, with what has been uploaded meanwhile too. */
export async function resumeWork({ app }: Service): Promise<void> {
  const queue = app.get(TaskQueue, { strict: false });
  const processImage = app.get(ProcessImage, { strict: false });
  if (queue instanceof InProcessTaskQueue) queue.consume((id) => processImage.execute(id));
  else await app.get(BullTaskQueue, { strict: false }).resume();
  await app.get(ResumeUnfinishedWork, { strict: false }).execute();
}
