import { ChildFailure } from './child-failure.ts';
import { isCutOff } from './files/incomplete-file.ts';
import type { TransformationJob, TransformationRefusal } from './sharp-job.ts';
import { fromSource, type Source } from './sharp-source.ts';

/**
 * The reason for an error of `transform`, unless it says so itself: the image is at fault only if it cannot be decoded on
 * its own either.
 */
export async function transformFailure(error: Error, job: TransformationJob): Promise<ChildFailure> {
  if (error instanceof ChildFailure) return error;
  return new ChildFailure('refused', error.message, await reasonOf(error, job));
}

async function reasonOf(error: Error, job: TransformationJob): Promise<TransformationRefusal> {
  if (/out of memory|unable to allocate|cannot allocate/i.test(error.message)) return 'out_of_memory';
  try {
    if (await decodes(job)) return 'processing_failed';
    return (await isCutOff(job.source, job.facts.format)) ? 'image_truncated' : 'image_corrupt';
  } catch {
    // The file itself cannot be read: nothing is known against the image.
    return 'processing_failed';
  }
}

/** Whether every pixel is there, at least once what decoders only warn of is set right. */
async function decodes(job: TransformationJob): Promise<boolean> {
  try {
    await fromSource(job, decodedWhole);
    return true;
  } catch {
    return false;
  }
}

async function decodedWhole(source: Source): Promise<void> {
  await source.open().raw().toBuffer();
  source.assertClean();
}
