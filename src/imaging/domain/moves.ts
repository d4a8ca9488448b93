import { type Box, isSameSize, type Size } from './image-facts.ts';
import { type Pads, type Turn, turnedSize } from './turn.ts';

/** What decides which part of a picture is worth keeping. */
export type Interest = 'attention' | 'entropy';

/** A part of a picture whose place the pixels tell. */
export interface ChosenPart extends Size {
  readonly by: Interest;
}

/** One of the few things that can be done to where a picture's pixels lie. All geometry comes down to these. */
export type Move =
  /** To exactly this size, whatever the proportions were. */
  | { readonly kind: 'scale'; readonly to: Size }
  /** Scaled up to `whole`, of which no more than `part` is made. Arrangements make these of scalings; no operation asks for one. */
  | { readonly kind: 'enlarge'; readonly whole: Size; readonly part: Box | ChosenPart }
  /** The part in this box is kept. */
  | { readonly kind: 'cut'; readonly box: Box }
  /** A part of this size is kept, whose place the pixels tell. */
  | { readonly kind: 'choose'; readonly size: Size; readonly by: Interest }
  | { readonly kind: 'turn'; readonly turn: Turn }
  /** Edges of one colour, in the API's words. */
  | { readonly kind: 'pad'; readonly pads: Pads; readonly color: string };

/** The size of a picture after a move. */
export function sizeAfterMove({ width, height }: Size, move: Move): Size {
  switch (move.kind) {
    case 'scale':
      return move.to;
    case 'enlarge':
      return { width: move.part.width, height: move.part.height };
    case 'cut':
      return { width: move.box.width, height: move.box.height };
    case 'choose':
      return move.size;
    case 'turn':
      return turnedSize({ width, height }, move.turn);
    case 'pad': {
      const { top, right, bottom, left } = move.pads;
      return { width: left + width + right, height: top + height + bottom };
    }
  }
}

/** Whether a move leaves a picture of this size as it is. */
export function isIdle(size: Size, move: Move): boolean {
  if (move.kind === 'turn') return move.turn.angle === 0 && !move.turn.mirrored;
  if (move.kind === 'enlarge') return false;
  return isSameSize(sizeAfterMove(size, move), size);
}
