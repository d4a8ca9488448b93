import { readFile, stat, writeFile } from 'node:fs/promises';
import type { Sharp } from 'sharp';
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
 * Writes what a pipeline ends in, or where that changes nothing and has more bytes than the original, the original's own
 * coded picture.
 * @throws ChildFailure (`cannot_be_so_small`)
 */
export async function writeNoLarger(
  image: Sharp,
  work: PlannedWork,
  job: TransformationJob,
): Promise<Written & { warnings?: readonly Warning[] }> {
  const { size, encoding, changesNothing } = work.plan;
  const encoded = await written(image, work, job);
  const { size: original } = await stat(job.source);
  const isLarger =
    encoded instanceof ChildFailure
      ? encoding.budget !== null && original <= encoding.budget.bytes
      : (await stat(job.target)).size > original;
  const kept = changesNothing && isLarger ? await keptOriginal(work.source, job) : null;
  if (kept) {
    await writeFile(job.target, kept);
    return { ...size, quality: null, warnings: [keptWarning(original)] };
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

function keptWarning(bytes: number): Warning {
  const detail = `Encoded anew it would have more than the ${bytes} bytes of the original: the result is the original's own picture, without its metadata.`;
  return { code: 'kept_original', detail };
}

/**
 * The original's own coded picture without anything beside it; null where that alone shows another picture than the file
 * does: one whose colours are not sRGB's by themselves, or that was mended. It is decoded to know.
 */
async function keptOriginal(source: Source, job: TransformationJob): Promise<Buffer | null> {
  if (!canStandAlone(source)) return null;
  const bare = BARE[job.facts.format](await readFile(job.source));
  if (!bare) return null;
  const tolerance = source.metadata.hasProfile ? MOST_ROUNDING : 0;
  return (await showsSame(source, opened(bare, job), tolerance)) ? bare : null;
}

/** Not where its colours are set right only after it is decoded, or were flattened, or are those of inks. */
function canStandAlone(source: Source): boolean {
  const isInk = source.metadata.space === 'cmyk';
  return !isInk && !isPreparedLater(source) && !source.isMended && source.warnings.length === 0;
}

async function showsSame(source: Source, alone: Promise<Source>, tolerance: number): Promise<boolean> {
  try {
    const [shown, bare] = [await pixelsOf(source), await pixelsOf(await alone)];
    if (tolerance === 0) return shown.equals(bare);
    return (
      shown.length === bare.length && shown.every((value, i) => Math.abs(value - (bare[i] as number)) <= tolerance)
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
