import { rm } from 'node:fs/promises';
import sharp from 'sharp';
import { WORKS } from './works.ts';

/** What the yardstick is told to do: a work, on pictures in turn, so many times, so many at once. */
export interface BareSharpOrder {
  readonly work: string;
  readonly sources: readonly string[];
  readonly target: string;
  readonly count: number;
  readonly concurrency: number;
}

/** What it took. */
export interface BareSharpFigures {
  readonly seconds: number;
  readonly cpuMs: number;
  /** Time of each image. */
  readonly milliseconds: readonly number[];
}

// The yardstick: sharp as a careful program would use it, in one process, with a thread an image.
sharp.concurrency(1);
sharp.cache(false);

process.on('message', async ({ work, sources, target, count, concurrency }: BareSharpOrder) => {
  const { bareSharp } = WORKS.find(({ name }) => name === work) as (typeof WORKS)[number];
  const milliseconds: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  let left = count;
  const line = async (own: string) => {
    while (left > 0) {
      left -= 1;
      const from = performance.now();
      await bareSharp(sources[left % sources.length] as string, own);
      milliseconds.push(performance.now() - from);
    }
  };
  const targets = Array.from({ length: concurrency }, (_, i) => `${target}-${i}`);
  await Promise.all(targets.map(line));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await Promise.all(targets.map((path) => rm(path, { force: true })));
  process.send?.({ seconds, cpuMs: (user + system) / 1000, milliseconds } satisfies BareSharpFigures);
});
