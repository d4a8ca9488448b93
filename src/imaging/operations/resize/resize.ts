import { type Size, scaledSize } from '../../domain/image-facts.ts';
import { defineOperation } from '../../domain/operation.ts';
import { choice, integer } from '../../domain/parameter.ts';

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
      'How the picture fits the box: `fill` stretches it to exactly this size; `cover` fills it and cuts what overhangs, from the centre; `contain` pads it with transparency (white in JPEG); `inside` is the largest size within it; `outside` the smallest that covers it. The last two keep the proportions, and may enlarge.',
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
  },
  sizeAfter(size, { width, height, fit }) {
    const scales = [width / size.width, height / size.height];
    if (fit === 'inside') return scaledSize(size, Math.min(...scales));
    if (fit === 'outside') return scaledSize(size, Math.max(...scales));
    return { width, height };
  },
  warning(size, { width, height, fit }) {
    if (fit !== 'fill' || stretchOf(size, { width, height }) <= VISIBLE_STRETCH) return null;
    const detail = `The picture was stretched from ${size.width}x${size.height} to ${width}x${height}; other values of fit keep its proportions.`;
    return { code: 'proportions_changed', detail };
  },
});

/** How many times wider, or narrower, in proportion to its height a picture becomes; at least 1. */
function stretchOf(from: Size, to: Size): number {
  const factor = (to.width * from.height) / (to.height * from.width);
  return Math.max(factor, 1 / factor);
}
