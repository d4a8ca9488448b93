import { ABOUT_GRAVITY, cutBy, GRAVITIES } from '../../domain/gravity.ts';
import { type Size, scaledSize } from '../../domain/image-facts.ts';
import type { Move } from '../../domain/moves.ts';
import { defineOperation } from '../../domain/operation.ts';
import { choice, color, integer } from '../../domain/parameter.ts';
import type { Pads } from '../../domain/turn.ts';

/** A picture whose proportions change by more than this factor looks stretched. */
const VISIBLE_STRETCH = 1.05;

/** Changes width and height. */
export const resize = defineOperation({
  type: 'resize',
  title: 'Resize',
  about: 'Changes width and height.',
  parameters: {
    width: integer(1, 'outputSide', 'Width of the box, in pixels', {
      label: 'Width, pixels',
      along: 'width',
      example: 1200,
    }),
    height: integer(1, 'outputSide', 'Height of the box, in pixels', {
      label: 'Height, pixels',
      along: 'height',
      example: 900,
    }),
    fit: choice(
      ['fill', 'cover', 'contain', 'inside', 'outside'],
      'How the picture fits the box: `fill` stretches it to exactly this size; `cover` fills it and cuts what overhangs, from the centre or by `gravity`; `contain` pads it with transparency (white in JPEG) or `color`; `inside` is the largest size within it; `outside` the smallest that covers it. The last two keep the proportions, and may enlarge.',
      {
        label: 'Fit',
        default: 'fill',
        example: 'inside',
        meanings: {
          fill: 'Exactly this size, stretched',
          cover: 'Exactly this size; what overhangs is cut off',
          contain: 'Exactly this size, padded',
          inside: 'As large as fits inside, in proportion',
          outside: 'As small as covers it, in proportion',
        },
      },
    ),
    gravity: choice(GRAVITIES, `With \`fit: cover\`, what is kept: ${ABOUT_GRAVITY}; \`center\` when left out`, {
      label: 'What is kept',
      optional: true,
      onlyWith: { parameter: 'fit', value: 'cover' },
    }),
    color: color('With `fit: contain`, colour of the padding; `transparent` when left out', {
      label: 'Colour of the padding',
      optional: true,
      onlyWith: { parameter: 'fit', value: 'contain' },
    }),
  },
  moves(size, { width, height, fit, gravity = 'center', color = 'transparent' }) {
    const box = { width, height };
    if (fit === 'fill') return [{ kind: 'scale', to: box }];
    const scales = [width / size.width, height / size.height];
    const isWithin = fit === 'inside' || fit === 'contain';
    const to = scaledSize(size, isWithin ? Math.min(...scales) : Math.max(...scales));
    const scaled: Move = { kind: 'scale', to };
    if (fit === 'cover') return [scaled, cutBy(gravity, to, box)];
    return fit === 'contain' ? [scaled, { kind: 'pad', pads: padsAround(to, box), color }] : [scaled];
  },
  warning(size, { width, height, fit }) {
    if (fit !== 'fill' || stretchOf(size, { width, height }) <= VISIBLE_STRETCH) return null;
    const detail = `The picture was stretched from ${size.width}x${size.height} to ${width}x${height}; other values of fit keep its proportions.`;
    return { code: 'proportions_changed', detail };
  },
});

/** What fills a box around a picture in its middle; an odd pixel is added at the right and at the bottom. */
function padsAround({ width, height }: Size, box: Size): Pads {
  const [across, down] = [box.width - width, box.height - height];
  const [left, top] = [Math.floor(across / 2), Math.floor(down / 2)];
  return { top, right: across - left, bottom: down - top, left };
}

/** How many times wider, or narrower, in proportion to its height a picture becomes; at least 1. */
function stretchOf(from: Size, to: Size): number {
  const factor = (to.width * from.height) / (to.height * from.width);
  return Math.max(factor, 1 / factor);
}
