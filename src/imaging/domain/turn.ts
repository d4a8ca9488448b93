import type { Box, Size } from './image-facts.ts';

/** The picture mirrored left to right, if at all, and then turned clockwise. Every way to lay it down is one of eight. */
export interface Turn {
  readonly mirrored: boolean;
  readonly angle: Angle;
}

export type Angle = 0 | 90 | 180 | 270;

/** How many pixels are added at each edge. */
export interface Pads {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** What each EXIF orientation asks for, so that a person sees the picture upright. */
const ORIENTATIONS: Record<number, Turn> = {
  2: { mirrored: true, angle: 0 },
  3: { mirrored: false, angle: 180 },
  4: { mirrored: true, angle: 180 },
  5: { mirrored: true, angle: 270 },
  6: { mirrored: false, angle: 90 },
  7: { mirrored: true, angle: 90 },
  8: { mirrored: false, angle: 270 },
};

/** The turn that sets a picture of this EXIF orientation upright. */
export function turnOfOrientation(orientation: number): Turn {
  return ORIENTATIONS[orientation] ?? { mirrored: false, angle: 0 };
}

/** One turn after another, as one. */
export function composed(first: Turn, second: Turn): Turn {
  const angle = second.mirrored ? second.angle - first.angle : second.angle + first.angle;
  return { mirrored: first.mirrored !== second.mirrored, angle: (((angle % 360) + 360) % 360) as Angle };
}

/** What undoes a turn. */
export function undone({ mirrored, angle }: Turn): Turn {
  return { mirrored, angle: mirrored ? angle : (((360 - angle) % 360) as Angle) };
}

/** The size of a turned picture. */
export function turnedSize({ width, height }: Size, { angle }: Turn): Size {
  return angle % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** Where a box of a picture of this size lies once the picture is turned. */
export function turnedBox({ left, top, width, height }: Box, size: Size, { mirrored, angle }: Turn): Box {
  const x = mirrored ? size.width - left - width : left;
  const [right, bottom] = [size.width - x - width, size.height - top - height];
  switch (angle) {
    case 0:
      return { left: x, top, width, height };
    case 90:
      return { left: bottom, top: x, width: height, height: width };
    case 180:
      return { left: right, top: bottom, width, height };
    case 270:
      return { left: top, top: right, width: height, height: width };
  }
}

/** Where pads lie once the picture is turned. */
export function turnedPads({ top, right, bottom, left }: Pads, { mirrored, angle }: Turn): Pads {
  // In the order in which a turn to the right sends each to the place of the next.
  const edges = mirrored ? [top, left, bottom, right] : [top, right, bottom, left];
  const [first, second, third, fourth] = [0, 1, 2, 3].map((edge) => edges[(edge + 4 - angle / 90) % 4] as number);
  return { top: first, right: second, bottom: third, left: fourth } as Pads;
}
