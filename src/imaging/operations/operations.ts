import type { UsagePolicy } from '../../accounts/domain/usage-policy.ts';
import { type ImageFacts, megapixels, pixelsOf, type Size } from '../domain/image-facts.ts';
import type { ImageFormat } from '../domain/image-format.ts';
import type { OperationDefinition, Parameter, ParametersOf } from '../domain/operation.ts';
import { compress } from './compress/compress.ts';
import { convert } from './convert/convert.ts';
import { filter } from './filter/filter.ts';
import { resize } from './resize/resize.ts';

/** The operations that a request can ask for. A new one is a file beside these, and a name here. */
export const OPERATIONS = [resize, compress, convert, filter] as const;

type OperationOf<D> =
  D extends OperationDefinition<infer Type, infer P>
    ? { readonly operation_type: Type; readonly parameters: ParametersOf<P> }
    : never;

/** One step of a request, in the words of the API, checked and with its defaults filled in. */
export type Operation = OperationOf<(typeof OPERATIONS)[number]>;

/** An operation as a generic reader sees it: any of the list. */
export type AnyOperationDefinition = OperationDefinition<string, Record<string, Parameter>>;

/** Frames beyond which an animation is not kept. */
export const MOST_FRAMES = 60;

/** The format that the operations ask for, or else the source's own. */
export function outputFormat(source: ImageFormat, operations: readonly Operation[]): ImageFormat {
  return operations.findLast((o) => o.operation_type === 'convert')?.parameters.format ?? source;
}

/** Size of the picture after each operation. */
export function sizesAfter(source: Size, operations: readonly Operation[]): Size[] {
  let size: Size = { width: source.width, height: source.height };
  return operations.map((operation) => {
    const definition = OPERATIONS.find(({ type }) => type === operation.operation_type) as AnyOperationDefinition;
    size = definition.sizeAfter?.(size, operation.parameters) ?? size;
    return size;
  });
}

/**
 * Frames of the result: all of an animation that is still WebP, within 60 frames and the pixel limit at every step;
 * otherwise the first alone.
 */
export function framesKept(facts: ImageFacts, operations: readonly Operation[], policy: UsagePolicy): number {
  if (outputFormat(facts.format, operations) !== 'webp' || facts.frames > MOST_FRAMES) return 1;
  const largest = Math.max(pixelsOf(facts), ...sizesAfter(facts, operations).map(pixelsOf));
  return largest * facts.frames <= policy.outputPixels ? facts.frames : 1;
}

/** What breaks the caller's limits on size, by the operation's place in the list; null where nothing does. */
export function sizeFaults(
  facts: ImageFacts,
  operations: readonly Operation[],
  policy: UsagePolicy,
): (string | null)[] {
  return sizesAfter(facts, operations).map((size) => {
    const { width, height } = size;
    if (Math.max(width, height) > policy.outputSide) {
      return `a size of at most ${policy.outputSide} pixels a side, received one that computes to ${width}x${height}`;
    }
    if (pixelsOf(size) > policy.outputPixels) {
      const most = megapixels(policy.outputPixels);
      return `a size of at most ${most}, received one that computes to ${width}x${height}, which is ${megapixels(pixelsOf(size))}`;
    }
    return null;
  });
}
