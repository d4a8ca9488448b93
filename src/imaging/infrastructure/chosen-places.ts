import type { Box, Size } from '../domain/image-facts.ts';
import type { ChosenPart } from '../domain/moves.ts';
import type { Enlargement, Pass, Step } from '../domain/transformation-plan.ts';
import { fromRawPixels, type RawPixels } from './raw-pixels.ts';

/** Of each step or enlargement that chooses its place; the frames of an animation keep that of the first, or they would jump. */
const PLACES = new WeakMap<Step | Enlargement, Box>();

/** Finds out, of the pixels that a pass is given, which part is worth keeping, where it begins with such a choice. */
export async function choosePlaces({ steps }: Pass, pixels: RawPixels): Promise<void> {
  for (const step of steps) {
    const { task } = step;
    if (task.kind === 'choose' && !PLACES.has(step))
      PLACES.set(step, await placeOf({ ...task.size, by: task.by }, pixels));
  }
}

/** The place that was found for a step. */
export function chosenPlace(step: Step): Box {
  return PLACES.get(step) as Box;
}

/**
 * What is kept of an enlarged picture. Where the pixels tell, they do so before they are enlarged: the whole may be many
 * times what is kept of it.
 */
export async function partOf(enlargement: Enlargement, pixels: RawPixels): Promise<Box> {
  const { whole, part } = enlargement;
  if (!('by' in part)) return part;
  const box = PLACES.get(enlargement) ?? (await enlargedPlaceOf(part, whole, pixels));
  PLACES.set(enlargement, box);
  return box;
}

async function enlargedPlaceOf(part: ChosenPart, whole: Size, pixels: RawPixels): Promise<Box> {
  const { width, height, by } = part;
  const source = pixels.info;
  const shown = {
    width: Math.max(1, Math.round((width * source.width) / whole.width)),
    height: Math.max(1, Math.round((height * source.height) / whole.height)),
  };
  const { left, top } = await placeOf({ ...shown, by }, pixels);
  return {
    left: placeAmong(whole.width - width, left, source.width - shown.width),
    top: placeAmong(whole.height - height, top, source.height - shown.height),
    width,
    height,
  };
}

/** The same place among more of them: the first stays the first, the last the last; the middle where there was one alone. */
function placeAmong(last: number, place: number, lastOfThose: number): number {
  return Math.round(lastOfThose === 0 ? last / 2 : (place * last) / lastOfThose);
}

async function placeOf({ width, height, by }: ChosenPart, pixels: RawPixels): Promise<Box> {
  // Not made smaller, so that what is left is the choice of a part.
  const options = { width, height, fit: 'cover', position: by, withoutReduction: true } as const;
  const { info } = await fromRawPixels(pixels).resize(options).raw().toBuffer({ resolveWithObject: true });
  return { left: Math.abs(info.cropOffsetLeft ?? 0), top: Math.abs(info.cropOffsetTop ?? 0), width, height };
}
