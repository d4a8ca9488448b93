import type { ImageFacts, Size } from '../domain/image-facts.ts';
import type { Operation } from '../operations/operations.ts';

/** What a child that transforms is sent; see `TransformationRequest` for the members. */
export interface TransformationJob {
  readonly source: string;
  readonly target: string;
  readonly facts: ImageFacts;
  readonly operations: readonly Operation[];
  readonly frames: number;
  /** Most pixels at any step, over all frames. */
  readonly mostPixels: number;
}

/** What it answers: the size that came out, the file's bytes and their SHA-256 in hex, and the plan in one line. */
export interface TransformationOutcome extends Size {
  readonly bytes: number;
  readonly sha256: string;
  readonly plan: string;
}

/** Why it refuses a job; anything else that it says is unexpected. */
export type TransformationRefusal =
  | 'image_truncated'
  | 'image_corrupt'
  | 'too_many_pixels'
  | 'out_of_memory'
  | 'work_failed';
