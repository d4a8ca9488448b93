import { transform } from '../../src/processing/infrastructure/sharp-execution.ts';
import type { TransformationJob } from '../../src/processing/infrastructure/sharp-job.ts';
import { serveParent } from '../../src/shared/serve-parent.ts';

/** The width of the images that this child dies of. */
const DEADLY_WIDTH = 13;

/** The transformer's child, but for one kind of image, on which it aborts as a fault in native code would. */
serveParent(async (job: TransformationJob) => {
  if (job.facts.width === DEADLY_WIDTH) process.abort();
  return transform(job);
});
