import { serveParent } from '../../src/imaging/infrastructure/children/serve-parent.ts';
import type { TransformationOrder } from '../../src/imaging/infrastructure/sharp-job.ts';
import { transformAll } from '../../src/imaging/infrastructure/sharp-pictures.ts';

const hoard: Buffer[] = [];

/** What it does at the second picture, by the height of the source. */
const ENDS: Readonly<Record<number, () => unknown>> = {
  11: () => process.abort(),
  12: () => {
    for (;;);
  },
  13: async () => {
    for (;;) {
      hoard.push(Buffer.alloc(20_000_000, 1));
      await new Promise(setImmediate);
    }
  },
};

/** The transformer's child, but that it makes the first picture alone, and never gets through the second one. */
serveParent(async ({ pictures, ...source }: TransformationOrder, tell) => {
  const [answer] = await transformAll({ ...source, pictures: pictures.slice(0, 1) });
  tell(answer);
  return ENDS[source.facts.height]?.();
});
