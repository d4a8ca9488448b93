import { scaledSize } from '../../domain/image-facts.ts';
import { choice, defineOperation, integer } from '../../domain/operation.ts';

const FITS = ['fill', 'cover', 'contain', 'inside', 'outside'] as const;

/** Changes width and height. */
export const resize = defineOperation({
  type: 'resize',
  about: 'Changes width and height.',
  parameters: {
    width: integer(1, (policy) => policy.outputSide, 'Width of the box, in pixels', 1200),
    height: integer(1, (policy) => policy.outputSide, 'Height of the box, in pixels', 900),
    fit: choice(
      FITS,
      'How the picture fits the box: `fill` stretches it to exactly this size; `cover` fills it and cuts what overhangs, from the centre; `contain` pads it with transparency (white in JPEG); `inside` is the largest size within it; `outside` the smallest that covers it. The last two keep the proportions, and may enlarge.',
      { default: 'fill' },
    ),
  },
  sizeAfter(size, { width, height, fit }) {
    const scales = [width / size.width, height / size.height];
    if (fit === 'inside') return scaledSize(size, Math.min(...scales));
    if (fit === 'outside') return scaledSize(size, Math.max(...scales));
    return { width, height };
  },
});
