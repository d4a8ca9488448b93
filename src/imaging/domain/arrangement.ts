import { type Box, isSameSize, type Size } from './image-facts.ts';
import { isIdle, type Move, sizeAfterMove } from './moves.ts';
import { reducedWhole } from './reduced-whole.ts';
import { composed, turnedBox, turnedPads, turnedSize, undone } from './turn.ts';

/** A move in its place. */
export interface PlacedMove {
  readonly move: Move;
  readonly before: Size;
  readonly after: Size;
}

type MoveOf<Kind extends Move['kind']> = Extract<Move, { kind: Kind }>;

/**
 * Moves that follow each other with nothing in between, rearranged as they are added to what means the same and costs
 * less: pixels are dropped as early as can be and turned as late, and what comes to nothing is left out. Turns by
 * quarters change places with scaling and cutting without a trace. No move leaves more pixels than its operation or the
 * picture before it has: limits that hold for those hold on the way.
 */
export class Arrangement {
  readonly moves: PlacedMove[] = [];
  #size: Size;
  #decoderReduces: boolean;

  /** `decoderReduces`: the picture comes from a decoder that can leave detail out, if scaling is the first that is done. */
  constructor(size: Size, { decoderReduces = false } = {}) {
    this.#size = size;
    this.#decoderReduces = decoderReduces;
  }

  /** After all moves. */
  get size(): Size {
    return this.#size;
  }

  add(move: Move): void {
    if (isIdle(this.#size, move)) return;
    const instead = this.#rearranged(move);
    if (!instead) {
      this.#push(move);
      return;
    }
    this.#size = (this.moves.pop() as PlacedMove).before;
    for (const other of instead) this.add(other);
  }

  #push(move: Move): void {
    const [before, after] = [this.#size, sizeAfterMove(this.#size, move)];
    if (move.kind === 'scale' && (after.width > before.width || after.height > before.height)) {
      this.#enlarge(move.to);
      return;
    }
    this.moves.push({ move, before, after });
    this.#size = after;
  }

  /** A side that shrinks does so first: nothing on the way has more pixels than what is there or what is wanted. */
  #enlarge(whole: Size): void {
    const { width, height } = this.#size;
    this.add({ kind: 'scale', to: { width: Math.min(width, whole.width), height: Math.min(height, whole.height) } });
    this.#push({ kind: 'enlarge', whole, part: { left: 0, top: 0, ...whole } });
  }

  /** What stands in place of the last move and this one; null where they stay as they are. */
  #rearranged(move: Move): Move[] | null {
    const last = this.moves.at(-1);
    switch (last?.move.kind) {
      case 'turn':
        // Pixels choose as a person sees them, unless more would be enlarged for it than is kept.
        if (move.kind === 'choose' && this.moves.at(-2)?.move.kind !== 'enlarge') return null;
        return afterTurn(last.move, move, last.after);
      case 'pad':
        return move.kind === 'turn' ? [move, { ...last.move, pads: turnedPads(last.move.pads, move.turn) }] : null;
      case 'cut':
        return this.#afterCut(last as PlacedMove & { move: MoveOf<'cut'> }, move);
      case 'enlarge':
        return partOfEnlarged(last.move, move);
      default:
        return null;
    }
  }

  #afterCut({ move: { box }, before }: PlacedMove & { move: MoveOf<'cut'> }, move: Move): Move[] | null {
    if (move.kind === 'cut') return [{ kind: 'cut', box: within(box, move.box) }];
    const isFirst = this.#decoderReduces && this.moves.length === 1;
    const whole = isFirst && move.kind === 'scale' ? reducedWhole(before, box, move.to) : null;
    return whole && [{ kind: 'scale', to: whole.size }, { kind: 'cut', box: whole.box }, move];
  }
}

/** No more is enlarged than is kept. */
function partOfEnlarged({ whole, part, ...enlarge }: MoveOf<'enlarge'>, move: Move): Move[] | null {
  if ('by' in part) return null;
  if (move.kind === 'cut') return [{ ...enlarge, whole, part: within(part, move.box) }];
  return move.kind === 'choose' && isSameSize(part, whole)
    ? [{ ...enlarge, whole, part: { ...move.size, by: move.by } }]
    : null;
}

function afterTurn({ turn }: MoveOf<'turn'>, move: Move, size: Size): Move[] | null {
  switch (move.kind) {
    case 'turn':
      return [{ kind: 'turn', turn: composed(turn, move.turn) }];
    case 'scale':
      return [
        { kind: 'scale', to: turnedSize(move.to, undone(turn)) },
        { kind: 'turn', turn },
      ];
    case 'cut':
      return [
        { kind: 'cut', box: turnedBox(move.box, size, undone(turn)) },
        { kind: 'turn', turn },
      ];
    case 'choose':
      return [
        { ...move, size: turnedSize(move.size, undone(turn)) },
        { kind: 'turn', turn },
      ];
    default:
      return null;
  }
}

/** A box within another one, as a box of the whole. */
function within(outer: Box, { left, top, width, height }: Box): Box {
  return { left: outer.left + left, top: outer.top + top, width, height };
}
