import type { Warning } from '../../image-jobs/domain/image-job.ts';
import { type Operation, outputFormat, sizesAfter } from '../operations/operations.ts';
import { compressionOf, encodingOf } from './encoding.ts';
import type { ImageFacts } from './image-facts.ts';

/** The warnings of a job whose result has `frames` frames. */
export function warningsOf(facts: ImageFacts, operations: readonly Operation[], frames: number): Warning[] {
  const warnings: Warning[] = [];
  if (frames < facts.frames) warnings.push('animation_flattened');
  const format = outputFormat(facts.format, operations);
  const size = sizesAfter(facts, operations).at(-1) ?? facts;
  const wantsPalette = format === 'png' && compressionOf(operations) !== undefined;
  if (wantsPalette && !encodingOf(format, operations, size).palette) warnings.push('palette_skipped');
  return warnings;
}
