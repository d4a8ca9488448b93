import { serveParent } from '../../src/imaging/infrastructure/children/serve-parent.ts';
import type { TransformationOrder } from '../../src/imaging/infrastructure/sharp-job.ts';
import { transformAll } from '../../src/imaging/infrastructure/sharp-pictures.ts';

/** The width of the images that this child dies of. */
const DEADLY_WIDTH = 13;

/** The transformer's child, but for one kind of image, on which it aborts as a fault in native code would. */
serveParent(async (order: TransformationOrder) => {
  if (order.facts.width === DEADLY_WIDTH) process.abort();
  return transformAll(order);
});
