import { describe, expect, test } from 'vitest';
import type { Box, Size } from '../../../src/imaging/domain/image-facts.ts';
import {
  type Angle,
  composed,
  type Turn,
  turnedBox,
  turnedPads,
  turnedSize,
  turnOfOrientation,
  undone,
} from '../../../src/imaging/domain/turn.ts';

const TURNS = [false, true].flatMap((mirrored) =>
  ([0, 90, 180, 270] as Angle[]).map((angle): Turn => ({ mirrored, angle })),
);
const SIZE = { width: 7, height: 4 };

/** Where the pixel at (x, y) goes: the definition of a turn, by one quarter at a time. */
function gone(x: number, y: number, size: Size, { mirrored, angle }: Turn): [number, number] {
  let [right, down] = [mirrored ? size.width - 1 - x : x, y];
  let { width, height } = size;
  for (let quarter = 0; quarter < angle / 90; quarter += 1) {
    [right, down] = [height - 1 - down, right];
    [width, height] = [height, width];
  }
  return [right, down];
}

const pixelsOf = ({ left, top, width, height }: Box) =>
  Array.from({ length: width * height }, (_, i) => [left + (i % width), top + Math.floor(i / width)] as const);

describe.each(TURNS)('%j', (turn) => {
  test('takes the pixels of a box to the box where it says', () => {
    const box = { left: 1, top: 2, width: 3, height: 1 };
    const there = pixelsOf(box).map(([x, y]) => gone(x, y, SIZE, turn).join());
    const said = pixelsOf(turnedBox(box, SIZE, turn)).map((place) => place.join());
    expect(new Set(said)).toEqual(new Set(there));
  });

  test('takes pads where the picture within them goes', () => {
    const pads = { top: 1, right: 2, bottom: 3, left: 5 };
    const outer = { width: SIZE.width + 7, height: SIZE.height + 4 };
    const { left, top } = turnedBox({ left: pads.left, top: pads.top, ...SIZE }, outer, turn);
    const [turned, whole] = [turnedSize(SIZE, turn), turnedSize(outer, turn)];
    expect(turnedPads(pads, turn)).toEqual({
      left,
      top,
      right: whole.width - left - turned.width,
      bottom: whole.height - top - turned.height,
    });
  });

  test('is undone by what undoes it', () => {
    expect(composed(turn, undone(turn))).toEqual({ mirrored: false, angle: 0 });
    expect(composed(undone(turn), turn)).toEqual({ mirrored: false, angle: 0 });
  });

  test.each(TURNS)('and then %j are one turn', (next) => {
    for (const [x, y] of pixelsOf({ left: 0, top: 0, ...SIZE })) {
      const between = gone(x, y, SIZE, turn);
      expect(gone(x, y, SIZE, composed(turn, next))).toEqual(gone(...between, turnedSize(SIZE, turn), next));
    }
  });
});

test.each([
  // Where EXIF says that the first row and the first column of the file are: its upper left pixel's place.
  [1, 'left', 'top'],
  [2, 'right', 'top'],
  [3, 'right', 'bottom'],
  [4, 'left', 'bottom'],
  [5, 'left', 'top'],
  [6, 'right', 'top'],
  [7, 'right', 'bottom'],
  [8, 'left', 'bottom'],
])('orientation %i has the first pixel at the %s and the %s', (orientation, across, down) => {
  const turn = turnOfOrientation(orientation);
  const { width, height } = turnedSize(SIZE, turn);
  expect(gone(0, 0, SIZE, turn)).toEqual([across === 'left' ? 0 : width - 1, down === 'top' ? 0 : height - 1]);
  expect(width).toBe(orientation < 5 ? SIZE.width : SIZE.height);
});
