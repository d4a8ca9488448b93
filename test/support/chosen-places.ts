import type { ImageFormat } from '../../src/imaging/domain/image-format.ts';
import type { Operation } from '../../src/imaging/operations/operations.ts';
import type { Processed } from './engine.ts';
import { compress, convert, crop, resize } from './operations.ts';
import { type Frame, framesOfFile, referenceFrames } from './reference-executor.ts';

type Place = readonly [x: number, y: number];

/** Pixels of a part that a place is judged by at first; few places are as good by them as the right one. */
const SAMPLED = 150;
/** So many of the best are then judged by all pixels. */
const FINALISTS = 8;

/**
 * The operations with the place told by every one that the pixels choose it for: where the engine's part, cut by the
 * steps before it and this one alone, lies in the picture of the reference. Of an animation it is that of the first frame.
 */
export async function withPlaces(
  bytes: Buffer,
  operations: readonly Operation[],
  output: ImageFormat,
  engine: { process(bytes: Buffer, operations: readonly Operation[]): Promise<Processed> },
): Promise<Operation[]> {
  // Whether a result can be transparent changes its pixels; its other frames and its size in bytes do not.
  const kind = output === 'jpg' ? 'jpg' : 'png';
  const told: Operation[] = [];
  for (const [index, operation] of operations.entries()) {
    const size = chosenSize(operation);
    if (!size) {
      told.push(operation);
      continue;
    }
    const moves = operations.slice(0, index + 1).filter(isMove);
    const { path } = await engine.process(bytes, [...moves, convert(kind), ...(kind === 'jpg' ? [compress(95)] : [])]);
    const [part] = (await framesOfFile(path)) as [Frame];
    if (operation.operation_type === 'resize') told.push(resize(size.width, size.height, 'outside'));
    const [whole] = (await referenceFrames(bytes, { output: kind, frames: 1 }, told)) as [Frame];
    const [x, y] = placeOf(part, whole);
    told.push(crop({ ...size, x, y }));
  }
  return told;
}

function isMove({ operation_type: type }: Operation): boolean {
  return type !== 'convert' && type !== 'compress';
}

/** The size of the part that the pixels choose; undefined of an operation that says itself where it lies. */
function chosenSize({ operation_type: type, parameters }: Operation): { width: number; height: number } | undefined {
  if (type !== 'crop' && type !== 'resize') return undefined;
  const { width, height, gravity } = parameters;
  return gravity === 'attention' || gravity === 'entropy' ? { width, height } : undefined;
}

/** Where a part lies within a whole: of all places the one whose colours are nearest to it. */
export function placeOf(part: Frame, whole: Frame): Place {
  const places: Place[] = [];
  for (let y = 0; y <= whole.height - part.height; y += 1)
    for (let x = 0; x <= whole.width - part.width; x += 1) places.push([x, y]);
  const pixels = part.width * part.height;
  const nearest = (all: readonly Place[], step: number) => {
    const ranked = all.map((place) => ({ place, apart: distance(part, whole, place, step) }));
    return ranked.sort((one, other) => one.apart - other.apart).map(({ place }) => place);
  };
  const finalists = nearest(places, Math.max(1, Math.floor(pixels / SAMPLED))).slice(0, FINALISTS);
  return nearest(finalists, 1)[0] as Place;
}

/** Sum of differences over every so manyth pixel. */
function distance(part: Frame, whole: Frame, [x, y]: Place, step: number): number {
  let sum = 0;
  for (let pixel = 0; pixel < part.width * part.height; pixel += step) {
    const row = y + Math.floor(pixel / part.width);
    const at = (row * whole.width + x + (pixel % part.width)) * 4;
    for (let channel = 0; channel < 4; channel += 1)
      sum += Math.abs((part.data[pixel * 4 + channel] as number) - (whole.data[at + channel] as number));
  }
  return sum;
}
