import { writeFile } from 'node:fs/promises';
import type { Metadata, OutputInfo, Sharp } from 'sharp';
import type { Budget, Encoding } from '../domain/encoding.ts';
import type { Size } from '../domain/image-facts.ts';
import type { TransformationPlan } from '../domain/transformation-plan.ts';
import { animationOf } from './animation-frames.ts';
import { ChildFailure } from './children/child-failure.ts';
import { indexedPng } from './files/indexed-png.ts';
import { withFrameTimes } from './files/webp-frame-times.ts';
import { bestWithin } from './quality-search.ts';
import { fromRawPixels, rawPixelsOf } from './raw-pixels.ts';
import { type Animation, BYTES_BY_QUALITY, encode, TIME_OF_EACH } from './sharp-encoders.ts';
import type { TransformationRefusal } from './sharp-job.ts';
import type { Source } from './sharp-source.ts';

/** A source, and what is to be done with it. */
export interface PlannedWork {
  readonly source: Source;
  readonly plan: TransformationPlan;
}

/** How a PNG is written as it is where that is one try of several. */
const LOSSLESS: Pick<Encoding, 'palette' | 'quality' | 'effort'> = {
  palette: false,
  quality: null,
  effort: 'balanced',
};

/** zlib's own measure, 0-9. Pictures of few colours are packed at the last in less time than pixels of three bytes. */
const INDEX_LEVEL = 9;

/** What was written: the size of one frame, and the quality that it was encoded at; null where nothing was lost. */
export interface Written extends Size {
  readonly quality: number | null;
}

/**
 * Encodes the pixels at a pipeline's end to a file.
 * @throws ChildFailure (`cannot_be_so_small`)
 */
export async function write(image: Sharp, work: PlannedWork, target: string): Promise<Written> {
  const { source, plan } = work;
  const { format, palette, quality, budget } = plan.encoding;
  if (budget && format !== 'png') return writeWithin(budget, format, image, work, target);
  if (format === 'png' && (palette || isIndexed(source.metadata))) return writeSmallestPng(image, plan, target);
  const upright = format === 'avif' ? await withoutTurn(image, source) : image;
  const animation = animationOf(source.metadata, plan.frames);
  const encoded = encode(shaded(upright, plan), plan.encoding, animation);
  const {
    width,
    height,
    pageHeight = height,
  } = animation ? await writeAnimation(encoded, animation, target) : await encoded.toFile(target);
  return { width, height: pageHeight, quality };
}

async function writeAnimation(encoded: Sharp, { times }: Animation, target: string): Promise<OutputInfo> {
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
  await writeFile(target, withFrameTimes(data, TIME_OF_EACH, times));
  return info;
}

/** AVIF's encoder writes down the turn that the source asks for, though it is done by then; raw pixels ask for none. */
async function withoutTurn(image: Sharp, { metadata: { orientation = 1 } }: Source): Promise<Sharp> {
  return orientation === 1 ? image : fromRawPixels(await rawPixelsOf(image));
}

/** At the best quality that the budget allows. */
async function writeWithin(
  budget: Budget,
  format: keyof typeof BYTES_BY_QUALITY,
  image: Sharp,
  { source, plan }: PlannedWork,
  target: string,
): Promise<Written> {
  const pixels = await rawPixelsOf(image);
  source.assertClean();
  const animation = animationOf(source.metadata, plan.frames);
  const { width, height, pageHeight = height } = pixels.info;
  const { quality, bytes, file } = await bestWithin(
    budget,
    plan.encoding.quality as number,
    BYTES_BY_QUALITY[format],
    (tried) => encode(shaded(fromRawPixels(pixels), plan), { ...plan.encoding, quality: tried }, animation).toBuffer(),
  );
  if (!file) {
    const least = `The smallest file that was reached has ${bytes} bytes, at quality ${quality}; max_bytes is ${budget.bytes}.`;
    throw new ChildFailure('refused', least, 'cannot_be_so_small' satisfies TransformationRefusal);
  }
  await writeFile(target, animation ? withFrameTimes(file, TIME_OF_EACH, animation.times) : file);
  return { width, height: pageHeight, quality };
}

/** Whether a source tells its colours by numbers of a few bits. */
function isIndexed({ format, isPalette, bitsPerSample = 8 }: Metadata): boolean {
  return format === 'png' && (isPalette === true || bitsPerSample < 8);
}

/**
 * As numbers of a few bits where that loses nothing, as it is, or by a palette that is chosen, if one is wished for:
 * whichever has the fewest bytes. A palette costs bytes where colours are few, or run into each other: it mixes them.
 */
async function writeSmallestPng(image: Sharp, plan: TransformationPlan, target: string): Promise<Written> {
  const { encoding } = plan;
  const pixels = await rawPixelsOf(image);
  const encoded = (as: Encoding) => encode(shaded(fromRawPixels(pixels), plan), as).toBuffer();
  const indexed = await indexedPng(pixels, INDEX_LEVEL);
  const plain = await encoded(encoding.palette || indexed ? { ...encoding, ...LOSSLESS } : encoding);
  const lossless = indexed && indexed.length <= plain.length ? indexed : plain;
  const chosen = encoding.palette ? await encoded(encoding) : null;
  const isChosen = chosen !== null && chosen.length < lossless.length;
  await writeFile(target, isChosen ? chosen : lossless);
  const { width, height } = pixels.info;
  return { width, height, quality: isChosen ? encoding.quality : null };
}

/** Grey where the result is; sharp makes three channels of it otherwise. */
function shaded(image: Sharp, { isGrey }: TransformationPlan): Sharp {
  return isGrey ? image.toColourspace('b-w') : image;
}
