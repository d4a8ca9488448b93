import { serveParent } from '../../src/imaging/infrastructure/serve-parent.ts';
import { transform } from '../../src/imaging/infrastructure/sharp-execution.ts';
import type { TransformationJob } from '../../src/imaging/infrastructure/sharp-job.ts';

/** The width of the images that this child dies of. */
const DEADLY_WIDTH = 13;

/** The transformer's child, but for one kind of image, on which it aborts as a fault in native code would. */
serveParent(async (job: TransformationJob) => {
  if (job.facts.width === DEADLY_WIDTH) process.abort();
  return transform(job);
});
