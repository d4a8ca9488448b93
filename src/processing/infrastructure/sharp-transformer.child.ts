import { serveParent } from '../../shared/serve-parent.ts';
import { transform } from './sharp-execution.ts';
import type { TransformationJob } from './sharp-job.ts';
import { transformFailure } from './transform-failure.ts';

/** A log-in or a poll shall not wait for pixels when both want the processor. */
const NICENESS = 5;

serveParent(async (job: TransformationJob) => {
  try {
    return await transform(job);
  } catch (error) {
    throw await transformFailure(error as Error, job);
  }
}, NICENESS);
