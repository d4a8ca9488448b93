import type { Sharp } from 'sharp';
import { isGreyColor, rgbaOf } from '../domain/color.ts';
import type { Box } from '../domain/image-facts.ts';
import type { Move } from '../domain/moves.ts';
import type { Pass, Step, StepTraits } from '../domain/transformation-plan.ts';
import { turnedBox } from '../domain/turn.ts';
import { chosenPlace } from './chosen-places.ts';
import { backgroundOf, stretched } from './sharp-geometry.ts';
import { STAGE } from './sharp-operation.ts';

/** What the plan must know of a move. */
export function moveTraits(move: Move): StepTraits {
  switch (move.kind) {
    case 'scale':
      return { stages: [STAGE.scale] };
    case 'enlarge':
      return { stages: [] };
    case 'cut':
      return { stages: [STAGE.cutBefore, STAGE.cutAfter], dropsPixels: true };
    case 'choose':
      return { stages: [STAGE.cutBefore], takesPixels: true };
    case 'turn':
      return { stages: [STAGE.turn] };
    case 'pad':
      return {
        stages: [STAGE.pad],
        // Of both together sharp tells the size before the pads are there.
        apartFrom: STAGE.cutAfter,
        addsAlpha: rgbaOf(move.color).alpha < 1,
        addsColours: !isGreyColor(move.color),
      };
  }
}

/** Adds a move to the pass that `image` is. */
export function applyMove(image: Sharp, move: Move, step: Step, pass: Pass): Sharp {
  switch (move.kind) {
    case 'scale':
      return stretched(image, move.to, step);
    case 'enlarge':
      throw new Error('What is enlarged are the pixels that a pass is given.');
    case 'cut':
      return image.extract(step.stage === STAGE.cutAfter ? turnedWith(pass, move.box, step) : move.box);
    case 'choose':
      return image.extract(chosenPlace(step));
    case 'turn':
      return image.flop(move.turn.mirrored).rotate(move.turn.angle);
    case 'pad':
      return coloured(image, move.color, step).extend({ ...move.pads, background: backgroundOf(move.color) });
  }
}

/** sharp turns a picture between scaling and cutting; the plan does so afterwards. */
function turnedWith({ steps }: Pass, box: Box, { before }: Step): Box {
  const turn = steps.map(({ task }) => task).find((task) => task.kind === 'turn');
  return turn ? turnedBox(box, before, turn.turn) : box;
}

/** sharp pads grey pixels with the grey of a colour, unless they are told in three colours. */
function coloured(image: Sharp, color: string, { decodedFrom }: Step): Sharp {
  return decodedFrom || isGreyColor(color) ? image : image.pipelineColourspace('srgb');
}
