import { changesValues, movesOf, type Operation } from '../operations/operations.ts';
import { Arrangement } from './arrangement.ts';
import { onWhite } from './color.ts';
import type { ImageFacts, Size } from './image-facts.ts';
import type { Move } from './moves.ts';
import { turnedSize, turnOfOrientation, undone } from './turn.ts';

/** A move of the picture's pixels, an operation on their values, or white that is laid behind them. */
export type Task = Move | { readonly kind: 'values'; readonly operation: Operation } | { readonly kind: 'ground' };

/** A task, and the picture's size around it. */
export interface PlacedTask {
  readonly task: Task;
  readonly before: Size;
  readonly after: Size;
}

/** What the tasks of a list of operations depend on beside it. */
interface Surroundings {
  readonly source: ImageFacts;
  /** How the picture lies in its file, as EXIF numbers it. */
  readonly orientation: number;
  /** Its decoder can leave detail out. */
  readonly decoderReduces: boolean;
  /** The result cannot be transparent. */
  readonly isOpaque: boolean;
}

/** What the operations come to, step by step from the pixels as they lie in the file; moves in a row are rearranged. */
export function tasksOf(
  { source, orientation, decoderReduces, isOpaque }: Surroundings,
  operations: readonly Operation[],
  sizes: readonly Size[],
): PlacedTask[] {
  const turn = turnOfOrientation(orientation);
  const whole = turnedSize(source, undone(turn));
  const tasks: PlacedTask[] = [];
  const finish = ({ moves }: Arrangement) =>
    tasks.push(...moves.map(({ move, ...placed }) => ({ task: move, ...placed })));
  let arrangement = new Arrangement(whole, { decoderReduces });
  arrangement.add({ kind: 'turn', turn });
  operations.forEach((operation, index) => {
    if (changesValues(operation)) {
      finish(arrangement);
      const { size } = arrangement;
      tasks.push({ task: { kind: 'values', operation }, before: size, after: size });
      arrangement = new Arrangement(size);
    }
    for (const move of movesOf(operation, sizes[index - 1] ?? source)) arrangement.add(move);
  });
  finish(arrangement);
  return isOpaque ? grounded(tasks, whole) : tasks;
}

/**
 * White is laid behind the picture as soon as what is left only moves it: that comes to the same, with less to move.
 * Before that, what changes values or chooses a place by them would take the white for a part of the picture.
 */
function grounded(tasks: readonly PlacedTask[], whole: Size): PlacedTask[] {
  const last = tasks.findLastIndex(({ task }) => task.kind === 'values' || choosesPlace(task));
  const size = tasks[last]?.after ?? whole;
  return [
    ...tasks.slice(0, last + 1),
    { task: { kind: 'ground' }, before: size, after: size },
    ...tasks.slice(last + 1).map(paddedOnWhite),
  ];
}

function paddedOnWhite({ task, ...placed }: PlacedTask): PlacedTask {
  return { task: task.kind === 'pad' ? { ...task, color: onWhite(task.color) } : task, ...placed };
}

function choosesPlace(task: Task): boolean {
  return task.kind === 'choose' || (task.kind === 'enlarge' && 'by' in task.part);
}
