import { extname } from 'node:path';
import type { Sharp } from 'sharp';
import type { Size } from '../domain/image-facts.ts';
import type { Step, StepTraits } from '../domain/transformation-plan.ts';
import { OPERATIONS, type Operation } from '../operations/operations.ts';
import type { SharpOperation } from './sharp-operation.ts';

/**
 * What sharp does for each operation, from the file beside its definition. Found by name, so that an operation is one
 * folder and one line; whoever needs no pixels loads no sharp. A file that is missing fails the start of every child.
 */
const PIXELS = new Map<string, SharpOperation<unknown>>();
for (const { type, asks } of OPERATIONS) {
  if (asks) continue;
  const { pixels } = await import(`../operations/${type}/${type}.sharp${extname(import.meta.filename)}`);
  PIXELS.set(type, pixels);
}

/** What the plan asks of sharp. */
export function sharpTraitsOf({ operation_type, parameters }: Operation, before: Size, after: Size): StepTraits {
  return PIXELS.get(operation_type)?.traits(parameters as never, before, after) ?? { stages: [] };
}

/** Adds a step to a sharp pipeline. What is laid bare is transparent, or white where the result is `opaque`. */
export function applyStep(image: Sharp, step: Step, opaque: boolean): Sharp {
  const { operation_type, parameters } = step.operation;
  return PIXELS.get(operation_type)?.apply(image, parameters as never, step, opaque) ?? image;
}
