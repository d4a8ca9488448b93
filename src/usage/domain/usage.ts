/** What images have come to. */
export interface Usage {
  /** Jobs that ended, failed ones too. */
  readonly images: number;
  /** Results that were made. */
  readonly outputs: number;
  readonly failed: number;
  /** Of the originals. */
  readonly sourceBytes: number;
  readonly resultBytes: number;
  /** Of the originals, all frames together. */
  readonly sourcePixels: number;
  /** Time that the pixel work of the results took. */
  readonly processingMs: number;
}

/** The figures of a usage. */
export const USAGE_FIGURES = [
  'images',
  'outputs',
  'failed',
  'sourceBytes',
  'resultBytes',
  'sourcePixels',
  'processingMs',
] as const satisfies readonly (keyof Usage)[];
