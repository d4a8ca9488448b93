import type { SourceFormat } from './image-format.ts';

/** Width and height in pixels, as a person sees the picture. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of a picture, and where it lies in it. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** What the header of an image tells, before a pixel is decoded. */
export interface ImageFacts extends Size {
  readonly format: SourceFormat;
  /** 1 for a still picture. */
  readonly frames: number;
}

/** Pixels of one frame. */
export function pixelsOf({ width, height }: Size): number {
  return width * height;
}

/** Whether two sizes are the same. */
export function isSameSize(one: Size, other: Size): boolean {
  return one.width === other.width && one.height === other.height;
}

/** Whether a size is smaller than another one on both sides. */
export function isSmaller(one: Size, other: Size): boolean {
  return one.width < other.width && one.height < other.height;
}

/** The size times `scale`, in whole pixels, of which there is at least one a side. */
export function scaledSize({ width, height }: Size, scale: number): Size {
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

/** `50 MP` for 50,000,000: how messages name pixels. */
export function megapixels(pixels: number): string {
  return `${Number((pixels / 1_000_000).toFixed(2))} MP`;
}
