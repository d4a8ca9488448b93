import type { TransformationRequest } from '../application/ports.ts';
import type { Size } from '../domain/image-facts.ts';
import type { Warning } from '../domain/warning.ts';

/** What a child that transforms is sent. */
export type TransformationJob = Omit<TransformationRequest, 'deadlineSeconds'>;

/** What it answers: the size and quality that came out, the file's bytes and their SHA-256 in hex, and the plan in one line. */
export interface TransformationResult extends Size {
  readonly quality: number | null;
  readonly bytes: number;
  readonly sha256: string;
  readonly warnings: readonly Warning[];
  readonly plan: string;
}

/** Why it refuses a job, by the codes of `imagingProblems`. */
export type TransformationRefusal =
  | 'image_truncated'
  | 'image_corrupt'
  | 'out_of_memory'
  | 'cannot_be_so_small'
  | 'processing_failed';
