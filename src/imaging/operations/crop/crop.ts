import { ABOUT_GRAVITY, cutBy, GRAVITIES } from '../../domain/gravity.ts';
import { defineOperation } from '../../domain/operation.ts';
import { choice, integer } from '../../domain/parameter.ts';

/** No format knows a longer side; how far a box may lie from the corner is for the picture to say. */
const LONGEST_SIDE = 2 ** 31 - 1;

/** Keeps a part of the picture. */
export const crop = defineOperation({
  type: 'crop',
  title: 'Crop',
  about:
    'Keeps a part of the picture, which must lie within it: where `x` and `y` say, or `gravity`, by itself the middle.',
  parameters: {
    width: integer(1, 'outputSide', 'Width of the part, in pixels', {
      label: 'Width, pixels',
      along: 'width',
      example: 1200,
    }),
    height: integer(1, 'outputSide', 'Height of the part, in pixels', {
      label: 'Height, pixels',
      along: 'height',
      example: 900,
    }),
    x: integer(0, LONGEST_SIDE, 'Pixels to the left of the part; `y` goes with it, and `gravity` does not', {
      label: 'Pixels to its left',
      optional: true,
      example: 100,
    }),
    y: integer(0, LONGEST_SIDE, 'Pixels above the part', {
      label: 'Pixels above it',
      optional: true,
      example: 50,
    }),
    gravity: choice(
      GRAVITIES,
      `Where the part lies, without \`x\` and \`y\`: ${ABOUT_GRAVITY}; \`center\` when left out`,
      {
        label: 'Place',
        optional: true,
      },
    ),
  },
  check({ x, y, gravity }) {
    if (x === undefined && y === undefined) return [];
    const missing = x === undefined ? 'x' : 'y';
    const present = x === undefined ? 'y' : 'x';
    return [
      ...(x === undefined || y === undefined
        ? [{ parameter: missing, expected: `${missing} beside ${present}`, received: undefined }]
        : []),
      ...(gravity === undefined
        ? []
        : [{ parameter: 'gravity', expected: `either ${present} or gravity`, received: gravity }]),
    ];
  },
  checkSchema: {
    dependentSchemas: {
      x: { required: ['y'], properties: { gravity: false } },
      y: { required: ['x'], properties: { gravity: false } },
    },
  },
  fillIn: (parameters) =>
    parameters.x === undefined ? { ...parameters, gravity: parameters.gravity ?? 'center' } : parameters,
  refusal(size, { width, height, x = 0, y = 0, gravity }) {
    if (x + width <= size.width && y + height <= size.height) return null;
    const place = gravity === undefined ? ` at ${x}, ${y}` : '';
    const expected = `a box within the picture, which then has ${size.width}x${size.height}`;
    return { expected, received: `one of ${width}x${height}${place}` };
  },
  moves(size, { width, height, x, y, gravity = 'center' }) {
    if (x === undefined || y === undefined) return [cutBy(gravity, size, { width, height })];
    return [{ kind: 'cut', box: { left: x, top: y, width, height } }];
  },
});
