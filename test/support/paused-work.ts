import { ProcessImage } from '../../src/processing/application/process-image.ts';
import { ResumeUnfinishedWork } from '../../src/processing/application/resume-unfinished-work.ts';
import { InProcessTaskQueue } from '../../src/shared/in-process-task-queue.ts';
import type { Service } from './service.ts';

/** Lets running jobs end and begins no other, so that uploads stay `pending` until the work goes on. */
export function pauseWork({ app }: Service): Promise<void> {
  return app.get(InProcessTaskQueue, { strict: false }).drain();
}

/** Goes on with the work, with what has been uploaded meanwhile too. */
export async function resumeWork({ app }: Service): Promise<void> {
  const processImage = app.get(ProcessImage, { strict: false });
  app.get(InProcessTaskQueue, { strict: false }).consume((id) => processImage.execute(id));
  await app.get(ResumeUnfinishedWork, { strict: false }).execute();
}
