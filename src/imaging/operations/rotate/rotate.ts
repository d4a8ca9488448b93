import { defineOperation } from '../../domain/operation.ts';
import { choice } from '../../domain/parameter.ts';

/** Turns the picture clockwise by quarters. */
export const rotate = defineOperation({
  type: 'rotate',
  title: 'Rotate',
  about: 'Turns the picture clockwise.',
  parameters: {
    angle: choice([90, 180, 270], 'Degrees, clockwise', { label: 'Degrees, clockwise' }),
  },
  moves: (_size, { angle }) => [{ kind: 'turn', turn: { mirrored: false, angle } }],
});
