import type { Box, Size } from './image-facts.ts';
import type { Interest, Move } from './moves.ts';

/** Where the box lies for each word: 0 at the left or the top, 1 at the right or the bottom. */
const PLACES = {
  center: [0.5, 0.5],
  north: [0.5, 0],
  northeast: [1, 0],
  east: [1, 0.5],
  southeast: [1, 1],
  south: [0.5, 1],
  southwest: [0, 1],
  west: [0, 0.5],
  northwest: [0, 0],
} as const satisfies Record<string, readonly [x: number, y: number]>;

/** Which part of a picture is kept: one at an edge or a corner, or the one that the pixels tell. */
export type Gravity = keyof typeof PLACES | Interest;

export const GRAVITIES: readonly Gravity[] = [
  ...(Object.keys(PLACES) as (keyof typeof PLACES)[]),
  'attention',
  'entropy',
];

/** What the words of `GRAVITIES` mean, for documents. */
export const ABOUT_GRAVITY =
  'a side or a corner, `center`, or what the pixels tell: `attention` looks for skin, strong colours and edges, `entropy` for detail';

/** Cuts a part of this size out of a picture that is at least as large. */
export function cutBy(gravity: Gravity, whole: Size, size: Size): Move {
  if (gravity === 'attention' || gravity === 'entropy') return { kind: 'choose', size, by: gravity };
  return { kind: 'cut', box: boxAt(gravity, whole, size) };
}

/** An odd pixel of the middle is cut at the left and at the top. */
function boxAt(gravity: keyof typeof PLACES, whole: Size, { width, height }: Size): Box {
  const [x, y] = PLACES[gravity];
  return { left: Math.ceil((whole.width - width) * x), top: Math.ceil((whole.height - height) * y), width, height };
}
