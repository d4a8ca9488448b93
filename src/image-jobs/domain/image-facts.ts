import type { ImageFormat } from './image-format.ts';

/** Width and height in pixels, as a person sees the picture. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What the header of an image tells, before a pixel is decoded. */
export interface ImageFacts extends Size {
  readonly format: ImageFormat;
  /** 1 for a still picture. */
  readonly frames: number;
}

/** Pixels of one frame. */
export function pixelsOf({ width, height }: Size): number {
  return width * height;
}

/** `50 MP` for 50,000,000: how messages name pixels. */
export function megapixels(pixels: number): string {
  return `${Number((pixels / 1_000_000).toFixed(2))} MP`;
}
