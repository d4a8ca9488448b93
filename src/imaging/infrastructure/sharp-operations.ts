import { extname } from 'node:path';
import type { Sharp } from 'sharp';
import type { Pass, Step, StepTraits, Task } from '../domain/transformation-plan.ts';
import { OPERATIONS } from '../operations/operations.ts';
import { applyMove, moveTraits } from './sharp-moves.ts';
import type { SharpOperation } from './sharp-operation.ts';

/**
 * What sharp does for the operations that change values, from the file beside each definition. Found by name, so that
 * an operation is one folder and one line; whoever needs no pixels loads no sharp. A file that is missing fails the
 * start of every child.
 */
const PIXELS = new Map<string, SharpOperation<unknown>>();
for (const { type, asks, moves } of OPERATIONS) {
  if (asks || moves) continue;
  const { pixels } = await import(`../operations/${type}/${type}.sharp${extname(import.meta.filename)}`);
  PIXELS.set(type, pixels);
}

/** What the plan asks of sharp. */
export function sharpTraitsOf(task: Task): StepTraits {
  if (task.kind !== 'values') return moveTraits(task);
  const { operation_type, parameters } = task.operation;
  return (PIXELS.get(operation_type) as SharpOperation<unknown>).traits(parameters as never);
}

/** Adds a step of a pass to a sharp pipeline. What is laid bare is transparent, or white where the result is `opaque`. */
export function applyStep(image: Sharp, step: Step, pass: Pass, opaque: boolean): Sharp {
  const { task } = step;
  if (task.kind !== 'values') return applyMove(image, task, step, pass, opaque);
  const { operation_type, parameters } = task.operation;
  return (PIXELS.get(operation_type) as SharpOperation<unknown>).apply(image, parameters as never, step);
}
