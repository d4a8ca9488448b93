import { ImageWorkRepository } from '../../src/image-jobs/application/ports.ts';
import { ProcessImage } from '../../src/processing/application/process-image.ts';
import { ResumeUnfinishedWork } from '../../src/processing/application/resume-unfinished-work.ts';
import { TaskQueue } from '../../src/shared/tasks/task-queue.ts';
import type { Service } from './service.ts';

/** Jobs at once, once the work goes on. */
const CONCURRENCY = 2;

/** Lets running jobs end and begins no other, so that uploads stay `pending` until the work goes on. */
export async function pauseWork({ app }: Service): Promise<void> {
  await app.get(TaskQueue, { strict: false }).drain('images');
}

/** Does the work of one job while the others wait. */
export async function workOn({ app }: Service, id: string): Promise<void> {
  await app.get(ProcessImage, { strict: false }).execute(id);
}

/** Takes a job as a worker does that then works on it without an end. */
export async function holdJob({ app, clock }: Service, id: string): Promise<void> {
  await app.get(ImageWorkRepository, { strict: false }).claim(id, clock.now());
}

/** Goes on with the work, with what has been uploaded meanwhile too. */
export async function resumeWork({ app }: Service): Promise<void> {
  const processImage = app.get(ProcessImage, { strict: false });
  app.get(TaskQueue, { strict: false }).consume('images', CONCURRENCY, (id) => processImage.execute(id));
  await app.get(ResumeUnfinishedWork, { strict: false }).execute();
}
