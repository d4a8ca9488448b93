import { defineOperation } from '../../domain/operation.ts';
import { color, integer } from '../../domain/parameter.ts';

const side = (name: string) =>
  integer(0, 'outputSide', `Pixels that are added at the ${name}`, { label: `At the ${name}`, default: 0, starts: 40 });

/** Adds edges of one colour. */
export const pad = defineOperation({
  type: 'pad',
  title: 'Pad',
  about: 'Adds edges of one colour around the picture.',
  parameters: {
    top: side('top'),
    right: side('right'),
    bottom: side('bottom'),
    left: side('left'),
    color: color('Colour of the edges', { label: 'Colour', default: 'transparent' }),
  },
  check: ({ top, right, bottom, left }) =>
    top + right + bottom + left > 0 ? [] : [{ expected: 'top, right, bottom or left above 0', received: 0 }],
  checkSchema: {
    not: { properties: { top: { enum: [0] }, right: { enum: [0] }, bottom: { enum: [0] }, left: { enum: [0] } } },
  },
  moves: (_size, { color, ...pads }) => [{ kind: 'pad', pads, color }],
});
