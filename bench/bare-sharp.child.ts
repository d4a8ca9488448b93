import { rm, stat } from 'node:fs/promises';
import sharp from 'sharp';
import { WORKS } from './works.ts';

/** What the yardstick is told to do: a work, so many times, so many at once. */
export interface BareSharpOrder {
  readonly work: string;
  readonly source: string;
  readonly target: string;
  readonly count: number;
  readonly concurrency: number;
}

/** What it took. */
export interface BareSharpFigures {
  readonly seconds: number;
  readonly cpuMs: number;
  readonly bytes: number;
  /** Time of each image. */
  readonly milliseconds: readonly number[];
}

// The yardstick: sharp as a careful program would use it, in one process, with a thread an image.
sharp.concurrency(1);
sharp.cache(false);

process.on('message', async ({ work, source, target, count, concurrency }: BareSharpOrder) => {
  const { bareSharp } = WORKS.find(({ name }) => name === work) as (typeof WORKS)[number];
  await bareSharp(source, target);
  const milliseconds: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  let left = count;
  const line = async (own: string) => {
    while (left > 0) {
      left -= 1;
      const from = performance.now();
      await bareSharp(source, own);
      milliseconds.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, i) => line(`${target}-${i}`)));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const { size } = await stat(target);
  await Promise.all(Array.from({ length: concurrency }, (_, i) => rm(`${target}-${i}`, { force: true })));
  process.send?.({ seconds, cpuMs: (user + system) / 1000, bytes: size, milliseconds } satisfies BareSharpFigures);
});
