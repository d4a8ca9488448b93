import type { Box, Size } from './image-facts.ts';

/** From here on a decoder leaves detail out (by 2, where a third of a side is wanted). */
const LEAST_REDUCTION = 3;
/** Most pixels of the result by which an edge of the box may lie beside its place. */
const MOST_SHIFT = 0.25;
/** So many sizes around the nearest one are tried, to find one in which the box lies on whole pixels. */
const TRIED = 3;
/** The longest of an icon's shorter side, in pixels. */
const ICON_SIDE = 32;

/**
 * Whether a picture is so small that it is scaled from all pixels of its source: decoders average squares, and drop what is
 * left of them at the far edges, which is up to half a pixel of the result. It has few pixels to hide that among.
 */
export function isIcon({ width, height }: Size): boolean {
  return Math.min(width, height) <= ICON_SIDE;
}

interface ReducedAxis {
  readonly whole: number;
  readonly start: number;
  readonly length: number;
}

/**
 * A smaller picture of the whole, and the box in it that is as good as this box scaled to `to`, or to be scaled to it
 * in one step more; null where the decoder would gain nothing, or edges would move by more than a quarter of a pixel.
 */
export function reducedWhole(size: Size, box: Box, to: Size): { size: Size; box: Box } | null {
  const reduction = Math.min(box.width / to.width, box.height / to.height);
  if (isIcon(to)) return null;
  // At the size that is wanted, or else at twice that.
  for (const detail of [1, 2]) {
    if (reduction / detail < LEAST_REDUCTION) return null;
    const across = reducedAxis(size.width, box.left, box.width, to.width, detail);
    const down = reducedAxis(size.height, box.top, box.height, to.height, detail);
    if (!across || !down) continue;
    return {
      size: { width: across.whole, height: down.whole },
      box: { left: across.start, top: down.start, width: across.length, height: down.length },
    };
  }
  return null;
}

function reducedAxis(side: number, start: number, length: number, to: number, detail: number): ReducedAxis | null {
  const nearest = Math.round((side * to * detail) / length);
  let best: (ReducedAxis & { shift: number }) | null = null;
  for (let whole = nearest - TRIED; whole <= nearest + TRIED; whole += 1) {
    const [from, end] = [(start * whole) / side, ((start + length) * whole) / side];
    const first = Math.round(from);
    const span = detail === 1 ? to : Math.round(end) - first;
    const shift = (Math.max(Math.abs(first - from), Math.abs(first + span - end)) * to) / span;
    if (first + span <= whole && shift < (best?.shift ?? MOST_SHIFT))
      best = { whole, start: first, length: span, shift };
  }
  return best;
}
