import { assertBytes } from './files/altered-bytes.ts';
import { serveParent } from './serve-parent.ts';
import { transform } from './sharp-execution.ts';
import type { TransformationJob } from './sharp-job.ts';
import { transformFailure } from './transform-failure.ts';

serveParent(async (job: TransformationJob) => {
  assertBytes(job.source, job.sha256);
  try {
    return await transform(job);
  } catch (error) {
    throw await transformFailure(error as Error, job);
  }
});
