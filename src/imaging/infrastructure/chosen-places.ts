import type { Box } from '../domain/image-facts.ts';
import type { Move } from '../domain/moves.ts';
import type { Pass, Step } from '../domain/transformation-plan.ts';
import { fromRawPixels, type RawPixels } from './raw-pixels.ts';

/** Of each step that chooses its place; the frames of an animation keep that of the first, or they would jump. */
const PLACES = new WeakMap<Step, Box>();

/** Finds out, of the pixels that a pass is given, which part is worth keeping, where it begins with such a choice. */
export async function choosePlaces({ steps }: Pass, pixels: RawPixels): Promise<void> {
  for (const step of steps) {
    if (step.task.kind === 'choose' && !PLACES.has(step)) PLACES.set(step, await placeOf(step.task, pixels));
  }
}

/** The place that was found for a step. */
export function chosenPlace(step: Step): Box {
  return PLACES.get(step) as Box;
}

async function placeOf({ size, by }: Extract<Move, { kind: 'choose' }>, pixels: RawPixels): Promise<Box> {
  // Not made smaller, so that what is left is the choice of a part.
  const options = { ...size, fit: 'cover', position: by, withoutReduction: true } as const;
  const { info } = await fromRawPixels(pixels).resize(options).raw().toBuffer({ resolveWithObject: true });
  return { left: Math.abs(info.cropOffsetLeft ?? 0), top: Math.abs(info.cropOffsetTop ?? 0), ...size };
}
