import { definitionOf, movesOf, type Operation } from '../operations/operations.ts';
import { type Encoding, type EncodingWish, encodingOf, MOST_PALETTE_PIXELS } from './encoding.ts';
import { type ImageFacts, megapixels, pixelsOf, type Size } from './image-facts.ts';
import { FORMATS, IMAGE_FORMATS } from './image-format.ts';
import type { ImageLimits } from './image-limits.ts';
import { sizeAfterMove } from './moves.ts';
import type { SizeRefusal } from './operation.ts';
import type { Warning } from './warning.ts';

/** Frames beyond which an animation is not kept. */
export const MOST_FRAMES = 60;

/** Why an operation cannot be done to this picture. */
export interface OperationFault extends SizeRefusal {
  /** Place of the operation in the list. */
  readonly index: number;
  /** The parameter that is at fault, where it is one alone. */
  readonly parameter?: string;
  /** `over_limit` breaks a limit of the caller; the others are impossible for whoever asks. */
  readonly code: 'over_limit' | 'out_of_picture' | 'beyond_format';
}

/** What a picture becomes by a list of operations, as far as its header tells. */
export interface Outcome {
  /** After each operation. */
  readonly sizes: readonly Size[];
  /** Of the result. */
  readonly size: Size;
  readonly encoding: Encoding;
  /** Of the result: all of an animation, or 1. */
  readonly frames: number;
  /** Most pixels at any step, the source included, all frames of the result together: what the work costs in memory. */
  readonly largestPixels: number;
  readonly faults: readonly OperationFault[];
  readonly warnings: readonly Warning[];
}

/** Foretells the result; nothing else in the service computes any of this. */
export function outcomeOf(facts: ImageFacts, operations: readonly Operation[], limits: ImageLimits): Outcome {
  const sizes = sizesAfter(facts, operations);
  const size = sizes.at(-1) ?? { width: facts.width, height: facts.height };
  const wish = wishOf(operations);
  const encoding = encodingOf(wish.format ?? facts.format, wish, size, limits);
  const largest = Math.max(...[facts, ...sizes].map(pixelsOf));
  const frames = keepsFrames(facts, encoding, largest, limits) ? facts.frames : 1;
  const steps = { facts, operations, sizes };
  return {
    sizes,
    size,
    encoding,
    frames,
    largestPixels: largest * frames,
    faults: [...faultsOf(steps, limits), ...faultsOfResult(operations, encoding, size)],
    warnings: [...warningsOfResult(facts, { encoding, frames }, wish), ...warningsOfSteps(steps)],
  };
}

/** Pixels of the result, all frames together. */
export function resultPixelsOf({ size, frames }: Outcome): number {
  return pixelsOf(size) * frames;
}

/** The size of a source that has more pixels than these limits allow, for a sentence; null where it has not. */
export function sourceRefusal({ width, height, frames }: ImageFacts, { sourcePixels }: ImageLimits): string | null {
  const pixels = pixelsOf({ width, height }) * frames;
  return pixels <= sourcePixels
    ? null
    : `${width}x${height}${frames > 1 ? `, ${frames} frames` : ''}, which is ${megapixels(pixels)}`;
}

/** The picture on its way: `sizes[i]` is its size after operation i. */
interface Steps {
  readonly facts: ImageFacts;
  readonly operations: readonly Operation[];
  readonly sizes: readonly Size[];
}

function sizesAfter(source: Size, operations: readonly Operation[]): Size[] {
  let size: Size = { width: source.width, height: source.height };
  return operations.map((operation) => {
    size = movesOf(operation, size).reduce(sizeAfterMove, size);
    return size;
  });
}

function wishOf(operations: readonly Operation[]): EncodingWish {
  return Object.assign({}, ...operations.map((operation) => definitionOf(operation).asks?.(operation.parameters)));
}

/** All frames of an animation that stays one, within 60 frames and the pixel limit at every step. */
function keepsFrames({ frames }: ImageFacts, { format }: Encoding, largest: number, { outputPixels }: ImageLimits) {
  return FORMATS[format].animation && frames <= MOST_FRAMES && largest * frames <= outputPixels;
}

function faultsOf({ facts, operations, sizes }: Steps, limits: ImageLimits): OperationFault[] {
  return operations.flatMap((operation, index): OperationFault[] => {
    const impossible = definitionOf(operation).refusal?.(sizes[index - 1] ?? facts, operation.parameters);
    if (impossible) return [{ index, code: 'out_of_picture', ...impossible }];
    const tooLarge = sizeRefusal(sizes[index] as Size, limits);
    return tooLarge ? [{ index, code: 'over_limit', ...tooLarge }] : [];
  });
}

/** What the result's format cannot do, at the operation that asks for it. */
function faultsOfResult(operations: readonly Operation[], { format, budget }: Encoding, size: Size): OperationFault[] {
  const { mostPixels, budgetPixels } = FORMATS[format];
  const code = 'beyond_format';
  const ofAtMost = (most: number, name: string): SizeRefusal => ({
    expected: `${format} of at most ${megapixels(most)} for ${name}`,
    received: computed(size),
  });
  if (pixelsOf(size) > mostPixels) {
    const refusal = ofAtMost(mostPixels, 'format');
    return [{ index: askingFor('format', operations), parameter: 'format', code, ...refusal }];
  }
  if (!budget || pixelsOf(size) <= budgetPixels) return [];
  const able = IMAGE_FORMATS.filter((one) => FORMATS[one].budgetPixels > 0).join(', ');
  const refusal =
    budgetPixels === 0
      ? { expected: `one of ${able} as the format of the result for max_bytes`, received: format }
      : ofAtMost(budgetPixels, 'max_bytes');
  return [{ index: askingFor('maxBytes', operations), parameter: 'max_bytes', code, ...refusal }];
}

/** Place of the operation whose word counts for a wish. */
function askingFor(wish: keyof EncodingWish, operations: readonly Operation[]): number {
  return operations.findLastIndex((operation) => wish in (definitionOf(operation).asks?.(operation.parameters) ?? {}));
}

function computed(size: Size): string {
  return `one that computes to ${size.width}x${size.height}, which is ${megapixels(pixelsOf(size))}`;
}

function sizeRefusal(size: Size, { outputSide, outputPixels }: ImageLimits): SizeRefusal | null {
  const { width, height } = size;
  if (Math.max(width, height) > outputSide)
    return {
      expected: `a size of at most ${outputSide} pixels a side`,
      received: `one that computes to ${width}x${height}`,
    };
  if (pixelsOf(size) <= outputPixels) return null;
  return { expected: `a size of at most ${megapixels(outputPixels)}`, received: computed(size) };
}

function warningsOfResult(
  facts: ImageFacts,
  { encoding, frames }: Pick<Outcome, 'encoding' | 'frames'>,
  { quality }: EncodingWish,
): Warning[] {
  const { format, palette } = encoding;
  const skipsPalette = FORMATS[format].quality === null && quality !== undefined && !palette;
  return [
    frames < facts.frames && {
      code: 'animation_flattened' as const,
      detail: `Only the first of ${facts.frames} frames was kept: an animation stays one as WebP, within ${MOST_FRAMES} frames and the limit of pixels.`,
    },
    skipsPalette && {
      code: 'palette_skipped' as const,
      detail: `The ${format} is lossless: beyond ${megapixels(MOST_PALETTE_PIXELS)} it gets no palette.`,
    },
  ].filter((warning) => warning !== false);
}

function warningsOfSteps({ facts, operations, sizes }: Steps): Warning[] {
  return operations.flatMap((operation, index) => {
    const warning = definitionOf(operation).warning?.(sizes[index - 1] ?? facts, operation.parameters);
    return warning ? [{ ...warning, pointer: `/operations/${index}` }] : [];
  });
}
