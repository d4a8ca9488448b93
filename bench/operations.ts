import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import type { ImageLimits } from '../src/imaging/domain/image-limits.ts';
import { outcomeOf } from '../src/imaging/domain/outcome.ts';
import { transform } from '../src/imaging/infrastructure/sharp-execution.ts';
import type { Operation } from '../src/imaging/operations/operations.ts';
import { adjust, convert, crop, flip, pad, resize, rotate, scale } from '../test/support/operations.ts';
import { markdownTable, median } from './figures.ts';
import { photographs } from './photographs.ts';

/**
 * `npm run bench -- operations`: CPU of operations before and after a scaling, beside the scaling alone, on photographs of
 * 12 MP; a decoder that has to hand over every pixel would show at once. In this process, by the code of the image
 * processes.
 */

const LIMITS: ImageLimits = {
  operations: 10,
  qualityMin: 10,
  qualityMax: 95,
  sourcePixels: 50_000_000,
  outputSide: 10_000,
  outputPixels: 50_000_000,
};
const PICTURES = 4;
const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** As many pixels whichever way the picture lies. */
const ALONE = scale({ width: 1200, height: 1200 });

const WORKS: [name: string, operations: Operation[]][] = [
  ['scale 1200', [ALONE]],
  ['rotate 90, scale 1200', [rotate(90), ALONE]],
  ['scale 1200, rotate 90', [ALONE, rotate(90)]],
  ['flip, rotate 270, scale 1200', [flip('horizontal'), rotate(270), ALONE]],
  ['crop 3600x2700, scale 1200', [crop({ width: 3600, height: 2700, x: 203, y: 151 }), ALONE]],
  ['cover 1040x1040 by attention', [resize(1040, 1040, 'cover', { gravity: 'attention' })]],
  ['scale 1200, pad', [ALONE, pad({ top: 20, left: 20, right: 20, bottom: 20, color: '#ffffff' })]],
  ['scale 1200, adjust', [ALONE, adjust({ brightness: 110, contrast: 120, saturation: 130, hue: 10 })]],
];

const folder = await mkdtemp(join(process.env.BENCH_DIR ?? os.tmpdir(), 'imagepro-bench-'));
try {
  const { '12 MP': paths } = await photographs(folder, { pictures: PICTURES });
  const times = WORKS.map((): number[] => []);
  // In turns, so that what else the machine does falls on all of them.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const path of paths) {
      for (const [i, [, operations]] of WORKS.entries()) {
        const cpu = await cpuOf(path, [...operations, convert('webp')]);
        // The first round warms up.
        if (round > 0) times[i]?.push(cpu);
      }
    }
  }
  const alone = median(times[0] ?? []);
  const rows = WORKS.map(([name], i) => {
    const cpu = median(times[i] ?? []);
    return [name, cpu.toFixed(0), (cpu / alone).toFixed(2)];
  });
  process.stdout.write(`${markdownTable(['12 MP JPEG to WebP', 'CPU, ms', 'of scale alone'], rows)}\n`);
} finally {
  await rm(folder, { recursive: true });
}

async function cpuOf(source: string, operations: Operation[]): Promise<number> {
  const facts = { format: 'jpg', width: 4000, height: 3000, frames: 1 } as const;
  const outcome = outcomeOf(facts, operations, LIMITS);
  const start = process.cpuUsage();
  await transform({ source, target: join(folder, 'result'), sha256: null, facts, operations, outcome });
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
