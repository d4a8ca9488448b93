/** What a picture and its operations must keep to. Plain values: whoever has policies passes one in. */
export interface ImageLimits {
  /** Most operations in one list. */
  readonly operations: number;
  readonly qualityMin: number;
  readonly qualityMax: number;
  /** Most pixels of a source, all frames together. */
  readonly sourcePixels: number;
  /** Longest side at any step. */
  readonly outputSide: number;
  /** Most pixels at any step, all frames together. */
  readonly outputPixels: number;
}
