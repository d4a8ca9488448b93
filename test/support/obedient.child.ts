import { ChildFailure } from '../../src/imaging/infrastructure/children/child-failure.ts';
import { serveParent } from '../../src/imaging/infrastructure/children/serve-parent.ts';
import sharp from '../../src/imaging/infrastructure/guarded-sharp.ts';

/** What a test may tell a child to do. */
export type Order = 'answer' | 'abort' | 'spin' | 'encode' | 'eat' | 'hoard' | 'refuse' | 'environment' | 'span';

/** The encoder's threads are busy with it for many seconds, in which the child cannot end politely. */
const NOISE_OF_50_MEGAPIXELS = {
  width: 7000,
  height: 7000,
  channels: 3,
  background: 'black',
  noise: { type: 'gaussian', mean: 128, sigma: 30 },
} as const;

const hoard: Buffer[] = [];

/** A child that does as it is told, however bad that is. */
serveParent(async (order: Order): Promise<unknown> => {
  switch (order) {
    case 'abort':
      return process.abort();
    case 'spin':
      for (;;);
    case 'encode':
      return sharp({ create: NOISE_OF_50_MEGAPIXELS }).webp({ effort: 6 }).toBuffer();
    case 'eat':
      for (;;) {
        hoard.push(Buffer.alloc(20_000_000, 1));
        await new Promise(setImmediate);
      }
    case 'hoard':
      return hoard.push(Buffer.alloc(200_000_000, 1));
    case 'refuse':
      throw new ChildFailure('refused', 'a sentence', 'a_code');
    case 'environment':
      return Object.keys(process.env);
    case 'span': {
      const from = performance.timeOrigin + performance.now();
      await new Promise((resolve) => setTimeout(resolve, 30));
      return { from, to: performance.timeOrigin + performance.now() };
    }
    default:
      return process.pid;
  }
});
