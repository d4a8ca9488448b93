import { serveParent } from './children/serve-parent.ts';
import { assertBytes } from './files/altered-bytes.ts';
import type { TransformationOrder } from './sharp-job.ts';
import { transformAll } from './sharp-pictures.ts';

serveParent(async (order: TransformationOrder, tell) => {
  assertBytes(order.source, order.sha256);
  return transformAll(order, tell);
});
