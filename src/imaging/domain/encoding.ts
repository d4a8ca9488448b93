import { pixelsOf, type Size } from './image-facts.ts';
import { FORMATS, type ImageFormat } from './image-format.ts';
import type { ImageLimits } from './image-limits.ts';

/** How much work an encoder spends on a smaller file. */
export const EFFORTS = ['fast', 'balanced', 'small'] as const;

export type Effort = (typeof EFFORTS)[number];

/** What operations ask of the encoder. */
export interface EncodingWish {
  readonly format?: ImageFormat;
  readonly quality?: number;
  readonly effort?: Effort;
  /** Most bytes of the file. */
  readonly maxBytes?: number;
}

/** What a file must keep to, whatever quality that leaves. */
export interface Budget {
  readonly bytes: number;
  /** No quality below this is tried. */
  readonly leastQuality: number;
}

/** How the result is encoded. */
export interface Encoding {
  readonly format: ImageFormat;
  /** 1-100; null where nothing is lost. With a budget it is the best that may be. */
  readonly quality: number | null;
  readonly effort: Effort;
  /** At most 256 colours, where that makes the file smaller. */
  readonly palette: boolean;
  readonly budget: Budget | null;
  /** `compress` was asked for, which never makes a file larger. */
  readonly neverLarger: boolean;
}

/** The best quality within a budget, unless another is asked for. */
export const BEST_WITHIN_BUDGET = 85;

/** The smallest budget, in bytes: an empty picture's file takes some hundreds. */
export const LEAST_BUDGET = 1_000;

/** A larger picture gets no palette: choosing one takes seconds for each 10 MP. */
export const MOST_PALETTE_PIXELS = 16_000_000;

/** A larger picture has its palette chosen as `balanced`: at `small` one of 16 MP that is transparent took its whole deadline. */
const MOST_SMALL_PALETTE_PIXELS = 4_000_000;

/** The encoding of a result of this size. A lossless format takes a quality as the wish for a palette. */
export function encodingOf(
  format: ImageFormat,
  { quality, effort: wished = 'balanced', maxBytes }: EncodingWish,
  size: Size,
  { qualityMin: leastQuality }: ImageLimits,
): Encoding {
  const budget = maxBytes === undefined ? null : { bytes: maxBytes, leastQuality };
  const pixels = pixelsOf(size);
  const palette = FORMATS[format].quality === null && quality !== undefined && pixels <= MOST_PALETTE_PIXELS;
  const mostSmall = palette ? MOST_SMALL_PALETTE_PIXELS : FORMATS[format].smallPixels;
  const effort = wished === 'small' && pixels > mostSmall ? 'balanced' : wished;
  const common = { format, effort, budget, neverLarger: quality !== undefined || budget !== null };
  const byDefault = budget ? BEST_WITHIN_BUDGET : FORMATS[format].quality;
  if (FORMATS[format].quality !== null) return { ...common, quality: quality ?? byDefault, palette: false };
  return { ...common, quality: palette ? quality : null, palette };
}
