import { planTransformation, type TransformationPlan } from '../domain/transformation-plan.ts';
import type { TransformationJob } from './sharp-job.ts';
import { sharpTraitsOf } from './sharp-operations.ts';
import { isGrey, type Source } from './sharp-source.ts';

/** The plan of the work on one picture, as its source turns out to be. */
export function planFor(
  { metadata }: Source,
  { facts: source, operations, outcome }: TransformationJob,
): TransformationPlan {
  const { hasAlpha, orientation = 1 } = metadata;
  const planned = { source, hasAlpha, orientation, isGrey: isGrey(metadata) };
  return planTransformation(planned, operations, outcome, sharpTraitsOf);
}
