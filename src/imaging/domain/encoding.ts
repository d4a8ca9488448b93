import type { Operation } from '../operations/operations.ts';
import { pixelsOf, type Size } from './image-facts.ts';
import type { ImageFormat } from './image-format.ts';

type Compression = Extract<Operation, { operation_type: 'compress' }>['parameters'];

/** How the result is encoded. */
export interface Encoding {
  readonly format: ImageFormat;
  /** 1-100; null for a lossless PNG. */
  readonly quality: number | null;
  readonly effort: Compression['effort'];
  /** A PNG of at most 256 colours. */
  readonly palette: boolean;
}

/** Quality of JPEG and WebP without `compress`. */
export const DEFAULT_QUALITY = 85;

/** A larger PNG gets no palette: choosing one takes seconds for each 10 MP. */
export const MOST_PALETTE_PIXELS = 16_000_000;

/** The encoding that the operations ask for; `size` is the result's. */
export function encodingOf(format: ImageFormat, operations: readonly Operation[], size: Size): Encoding {
  const compress = compressionOf(operations);
  const effort = compress?.effort ?? 'balanced';
  if (format !== 'png') return { format, quality: compress?.quality ?? DEFAULT_QUALITY, effort, palette: false };
  const palette = compress !== undefined && pixelsOf(size) <= MOST_PALETTE_PIXELS;
  return { format, quality: palette ? compress.quality : null, effort, palette };
}

/** What the last `compress` asks for, if there is one. */
export function compressionOf(operations: readonly Operation[]): Compression | undefined {
  return operations.findLast((operation) => operation.operation_type === 'compress')?.parameters;
}
