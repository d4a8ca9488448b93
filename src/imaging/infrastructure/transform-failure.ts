import sharp from './guarded-sharp.ts';
import { isCutOff } from './incomplete-file.ts';
import { WorkFailure } from './serve-parent.ts';
import { sourceOptions } from './sharp-execution.ts';
import type { TransformationJob, TransformationRefusal } from './sharp-job.ts';

/** The reason for an error of `transform`: the image is at fault only if it cannot be decoded on its own either. */
export async function transformFailure(error: Error, job: TransformationJob): Promise<WorkFailure> {
  const code = await reasonOf(error, job);
  return new WorkFailure(code, error.message, { cause: error });
}

async function reasonOf(error: Error, job: TransformationJob): Promise<TransformationRefusal> {
  if (/out of memory|unable to allocate|cannot allocate/i.test(error.message)) return 'out_of_memory';
  try {
    if (await decodes(job)) return 'work_failed';
    return (await isCutOff(job.source, job.facts.format)) ? 'image_truncated' : 'image_corrupt';
  } catch {
    // The file itself cannot be read: nothing is known against the image.
    return 'work_failed';
  }
}

async function decodes(job: TransformationJob): Promise<boolean> {
  try {
    await sharp(job.source, sourceOptions(job)).raw().toBuffer();
    return true;
  } catch {
    return false;
  }
}
