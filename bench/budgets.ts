import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { BEST_WITHIN_BUDGET } from '../src/imaging/domain/encoding.ts';
import type { ImageLimits } from '../src/imaging/domain/image-limits.ts';
import { outcomeOf } from '../src/imaging/domain/outcome.ts';
import { BYTES_BY_QUALITY, encode } from '../src/imaging/infrastructure/sharp-encoders.ts';
import { transform } from '../src/imaging/infrastructure/sharp-execution.ts';
import type { Operation } from '../src/imaging/operations/operations.ts';
import { compress, compressTo, convert, scale } from '../test/support/operations.ts';
import { markdownTable, median } from './figures.ts';
import { photographs } from './photographs.ts';

/**
 * `npm run bench -- budgets`: what `max_bytes` finds on ten photographs of 12 MP and costs beside the same work without it,
 * and how bytes grow with the quality, which `BYTES_BY_QUALITY` says. In this process, by the code of the image
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
const PICTURES = 10;
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const MOST_BYTES = 150_000;
const SIZE = { width: 1600, height: 1200 };
const QUALITIES = [1, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95];
const FORMATS = Object.keys(BYTES_BY_QUALITY) as (keyof typeof BYTES_BY_QUALITY)[];

const folder = await mkdtemp(join(process.env.BENCH_DIR ?? os.tmpdir(), 'imagepro-bench-'));
try {
  const { '12 MP': paths } = await photographs(folder, { pictures: PICTURES });
  for (const format of FORMATS) {
    const rows: string[][] = [];
    const ratios: number[] = [];
    for (const path of paths) {
      const [plain, fitted] = await inTurns(path, format);
      ratios.push(fitted.cpu / plain.cpu);
      rows.push([kB(plain.bytes), kB(fitted.bytes), String(fitted.quality), (fitted.cpu / plain.cpu).toFixed(2)]);
    }
    const head = [`${format}: kB at ${BEST_WITHIN_BUDGET}`, `kB within ${MOST_BYTES / 1000}`, 'quality', 'CPU ratio'];
    process.stdout.write(`\n${markdownTable(head, rows)}\n\nCPU ratio: ${median(ratios).toFixed(2)} (median)\n`);
  }
  const curves = await Promise.all(FORMATS.map((format) => growthOf(format, paths)));
  const lines = QUALITIES.map((quality, i) => [String(quality), ...curves.map((curve) => (curve[i] ?? 0).toFixed(2))]);
  process.stdout.write(`\n${markdownTable(['quality', ...FORMATS.map((one) => `ln bytes, ${one}`)], lines)}\n`);
} finally {
  await rm(folder, { recursive: true });
}

interface Measured {
  readonly cpu: number;
  readonly bytes: number;
  readonly quality: number | null;
}

/** The work without and with the budget: CPU is the median of some rounds, in turns. */
async function inTurns(path: string, format: (typeof FORMATS)[number]): Promise<[Measured, Measured]> {
  const plain = [scale({ width: SIZE.width }), convert(format)];
  const works = [
    [...plain, compress(BEST_WITHIN_BUDGET)],
    [...plain, compressTo(MOST_BYTES)],
  ];
  const rounds: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [i, work] of works.entries()) rounds[i]?.push(await measured(path, work));
  return rounds.map((all) => ({ ...all[0], cpu: median(all.map(({ cpu }) => cpu)) })) as [Measured, Measured];
}

async function measured(source: string, operations: Operation[]): Promise<Measured> {
  const facts = { format: 'jpg', width: 4000, height: 3000, frames: 1 } as const;
  const outcome = outcomeOf(facts, operations, LIMITS);
  const start = process.cpuUsage();
  const { bytes, quality } = await transform({
    source,
    target: join(folder, 'result'),
    sha256: null,
    facts,
    operations,
    outcome,
  });
  const { user, system } = process.cpuUsage(start);
  return { cpu: (user + system) / 1000, bytes, quality };
}

/** The medians of the logarithm of the bytes at each quality, less that at 85. */
async function growthOf(format: (typeof FORMATS)[number], paths: readonly string[]): Promise<number[]> {
  const grown: number[][] = QUALITIES.map(() => []);
  for (const path of paths) {
    const { data, info } = await sharp(path).resize(SIZE).raw().toBuffer({ resolveWithObject: true });
    const bytesAt = async (quality: number) => {
      const image = sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels as 3 } });
      const encoding = {
        format,
        quality,
        effort: 'balanced',
        palette: false,
        budget: null,
        neverLarger: false,
      } as const;
      return (await encode(image, encoding).toBuffer()).length;
    };
    const fine = await bytesAt(85);
    for (const [i, quality] of QUALITIES.entries()) grown[i]?.push(Math.log((await bytesAt(quality)) / fine));
  }
  return grown.map(median);
}

function kB(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
