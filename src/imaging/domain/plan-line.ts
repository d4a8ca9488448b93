import { isSameSize, type Size } from './image-facts.ts';
import type { Move } from './moves.ts';
import type { Step, TransformationPlan } from './transformation-plan.ts';

/** The plan in one line, e.g. `jpg 4000x3000 reduced > scale 1200x900 | filter(blur) > webp 85`. */
export function planLine({ source, frames, passes, reducesOnLoad, encoding }: TransformationPlan): string {
  const input = [source.format, sizeText(source), frames > 1 && `x${frames}`, reducesOnLoad && 'reduced'];
  const output = [
    encoding.format,
    encoding.palette && 'palette',
    encoding.quality,
    encoding.effort !== 'balanced' && encoding.effort,
  ];
  const lines = passes.map(({ steps, keepsAlpha, enlargement }) => [
    ...(enlargement ? [moveText({ kind: 'enlarge', ...enlargement })] : []),
    ...steps.map(stepText),
    ...(keepsAlpha ? ['alpha back'] : []),
  ]);
  lines[0]?.unshift(words(input));
  lines.at(-1)?.push(words(output));
  return lines.map((line) => line.join(' > ')).join(' | ');
}

function stepText({ task }: Step): string {
  if (task.kind === 'ground') return 'on white';
  if (task.kind !== 'values') return moveText(task);
  const { operation_type, parameters } = task.operation;
  return `${operation_type}(${Object.values(parameters).join()})`;
}

function moveText(move: Move): string {
  switch (move.kind) {
    case 'scale':
      return `scale ${sizeText(move.to)}`;
    case 'enlarge':
      return `enlarge ${sizeText(move.whole)}${partText(move)}`;
    case 'cut':
      return `cut ${boxText(move.box)}`;
    case 'choose':
      return `choose ${sizeText(move.size)} by ${move.by}`;
    case 'turn':
      return words([move.turn.mirrored && 'mirror', move.turn.angle > 0 && `turn ${move.turn.angle}`]);
    case 'pad':
      return `pad ${Object.values(move.pads).join()} ${move.color}`;
  }
}

function partText({ whole, part }: Extract<Move, { kind: 'enlarge' }>): string {
  if ('by' in part) return ` choose ${sizeText(part)} by ${part.by}`;
  return isSameSize(part, whole) ? '' : ` cut ${boxText(part)}`;
}

/** `100x80+20+10`: a size, and where it begins from the left and from the top. */
function boxText({ left, top, ...size }: Size & { left: number; top: number }): string {
  return `${sizeText(size)}+${left}+${top}`;
}

function sizeText({ width, height }: Size): string {
  return `${width}x${height}`;
}

function words(parts: readonly unknown[]): string {
  return parts.filter((part) => part !== false && part !== null).join(' ');
}
