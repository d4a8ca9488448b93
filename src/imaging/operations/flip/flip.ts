import { defineOperation } from '../../domain/operation.ts';
import { choice } from '../../domain/parameter.ts';

/** Mirrors the picture. */
export const flip = defineOperation({
  type: 'flip',
  title: 'Flip',
  about: 'Mirrors the picture.',
  parameters: {
    axis: choice(
      ['horizontal', 'vertical'],
      '`horizontal`: left and right change places; `vertical`: top and bottom do',
      {
        label: 'Axis',
        meanings: {
          horizontal: 'Left and right change places',
          vertical: 'Top and bottom change places',
        },
      },
    ),
  },
  moves: (_size, { axis }) => [{ kind: 'turn', turn: { mirrored: true, angle: axis === 'horizontal' ? 0 : 180 } }],
});
