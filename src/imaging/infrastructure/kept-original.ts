import { readFile, stat, writeFile } from 'node:fs/promises';
import type { Sharp } from 'sharp';
import type { Encoding } from '../domain/encoding.ts';
import type { SourceFormat } from '../domain/image-format.ts';
import type { Warning } from '../domain/warning.ts';
import { ChildFailure } from './children/child-failure.ts';
import { bareJpeg } from './files/bare-jpeg.ts';
import { barePng } from './files/bare-png.ts';
import { bareWebp } from './files/bare-webp.ts';
import type { TransformationJob, TransformationRefusal } from './sharp-job.ts';
import { isPreparedLater, opened, type Source } from './sharp-source.ts';
import { type PlannedWork, type Written, write } from './sharp-target.ts';

const BARE: Record<SourceFormat, (file: Buffer) => Buffer | null> = { jpg: bareJpeg, png: barePng, webp: bareWebp };

const TOO_LARGE: TransformationRefusal = 'cannot_be_so_small';

/** A colour profile that says sRGB moves a value by no more than its roundings do. */
const MOST_ROUNDING = 1;

/**
 * Writes what a pipeline ends in or, where that changes nothing and has more bytes at the quality that was asked for, the
 * original's own coded picture. What stands beside it in the original does not count: no result has it.
 * @throws ChildFailure (`cannot_be_so_small`)
 */
export async function writeNoLarger(
  image: Sharp,
  work: PlannedWork,
  job: TransformationJob,
): Promise<Written & { warnings?: readonly Warning[] }> {
  const { size, encoding, changesNothing } = work.plan;
  const encoded = await written(image, work, job);
  const bare = changesNothing ? await bareOriginal(work.source, job) : null;
  if (bare && (await isBetter(bare, encoded, encoding, job)) && (await showsSame(work.source, bare, job))) {
    await writeFile(job.target, bare);
    return { ...size, quality: null, warnings: [keptWarning(bare.length)] };
  }
  if (encoded instanceof ChildFailure) throw encoded;
  return encoded;
}

/** What was written, or that no quality fits the budget. */
async function written(
  image: Sharp,
  work: PlannedWork,
  { target }: TransformationJob,
): Promise<Written | ChildFailure> {
  try {
    return await write(image, work, target);
  } catch (error) {
    if (error instanceof ChildFailure && error.code === TOO_LARGE) return error;
    throw error;
  }
}

/** Whether the original's picture has fewer bytes than its encoding, or lies within those that no encoding as fine keeps to. */
async function isBetter(
  bare: Buffer,
  encoded: Written | ChildFailure,
  { budget, quality }: Encoding,
  { target }: TransformationJob,
): Promise<boolean> {
  const isFine = !(encoded instanceof ChildFailure) && (budget === null || encoded.quality === quality);
  return isFine ? bare.length < (await stat(target)).size : budget !== null && bare.length <= budget.bytes;
}

function keptWarning(bytes: number): Warning {
  const detail = `Encoded anew it would have more than the ${bytes} bytes of the original's own picture: that is the result, without metadata.`;
  return { code: 'kept_original', detail };
}

/** The original's own coded picture without anything beside it; null where its colours need what stands beside it. */
async function bareOriginal(source: Source, job: TransformationJob): Promise<Buffer | null> {
  return canStandAlone(source) ? BARE[job.facts.format](source.mended ?? (await readFile(job.source))) : null;
}

/** Not where its colours are set right only after it is decoded, or were flattened, or are those of inks. */
function canStandAlone(source: Source): boolean {
  const isInk = source.metadata.space === 'cmyk';
  return !isInk && !isPreparedLater(source) && source.warnings.length === 0;
}

/** Whether a picture alone shows what the file does: not one whose colours are not sRGB's by themselves. It is decoded to know. */
async function showsSame(source: Source, bare: Buffer, job: TransformationJob): Promise<boolean> {
  const tolerance = source.metadata.hasProfile ? MOST_ROUNDING : 0;
  try {
    const [shown, alone] = [await pixelsOf(source), await pixelsOf(await opened(bare, job))];
    if (tolerance === 0) return shown.equals(alone);
    return (
      shown.length === alone.length && shown.every((value, i) => Math.abs(value - (alone[i] as number)) <= tolerance)
    );
  } catch {
    // What cannot be decoded alone, or not without a complaint, is not kept.
    return false;
  }
}

async function pixelsOf(source: Source): Promise<Buffer> {
  const pixels = await source.open().raw().toBuffer();
  source.assertClean();
  return pixels;
}
