import { extname } from 'node:path';
import type { Sharp } from 'sharp';
import type { Task } from '../domain/tasks.ts';
import type { Pass, Step, StepTraits } from '../domain/transformation-plan.ts';
import { OPERATIONS } from '../operations/operations.ts';
import { applyMove, moveTraits } from './sharp-moves.ts';
import { type SharpOperation, STAGE } from './sharp-operation.ts';

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
  if (task.kind === 'ground') return { stages: [STAGE.ground] };
  if (task.kind !== 'values') return moveTraits(task);
  const { operation_type, parameters } = task.operation;
  return (PIXELS.get(operation_type) as SharpOperation<unknown>).traits(parameters as never);
}

/** Adds a step of a pass to a sharp pipeline. */
export function applyStep(image: Sharp, step: Step, pass: Pass): Sharp {
  const { task } = step;
  if (task.kind === 'ground') return image.flatten({ background: 'white' });
  if (task.kind !== 'values') return applyMove(image, task, step, pass);
  const { operation_type, parameters } = task.operation;
  return (PIXELS.get(operation_type) as SharpOperation<unknown>).apply(image, parameters as never, step);
}
