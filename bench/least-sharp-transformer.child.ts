import sharp from 'sharp';
import { WORKS } from './works.ts';

/** One picture for the least service. */
export interface LeastOrder {
  readonly work: string;
  readonly source: string;
  readonly target: string;
}

sharp.concurrency(1);
sharp.cache(false);

process.on('message', async ({ work, source, target }: LeastOrder) => {
  await WORKS.find(({ name }) => name === work)?.bareSharp(source, target);
  process.send?.('done');
});
