import { ChildFailure } from './children/child-failure.ts';
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
  if (isOutOfMemory(error)) return 'out_of_memory';
  try {
    if (await decodes(job)) return isMistake(error) ? 'cannot_be_done' : 'processing_failed';
    return (await isCutOff(job.source, job.facts.format)) ? 'image_truncated' : 'image_corrupt';
  } catch {
    // The file itself cannot be read: nothing is known against the image.
    return 'processing_failed';
  }
}

/** In the words of libvips, Node and V8, whose own RangeErrors (they have no code) are of lengths that it cannot hold. */
function isOutOfMemory(error: Error & { code?: string }): boolean {
  if (/out of memory|allocat/i.test(error.message) || error.code === 'ERR_BUFFER_TOO_LARGE') return true;
  return error instanceof RangeError && error.code === undefined;
}

/** What sharp, Node or the language itself does not take: it will not another time either. */
function isMistake(error: Error): boolean {
  return error instanceof TypeError || /^Expected .+ but received /.test(error.message);
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
