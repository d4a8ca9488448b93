import type { Sharp } from 'sharp';
import { type Size, scaledSize } from '../../domain/image-facts.ts';
import type { Enlargement, Step } from '../../domain/transformation-plan.ts';
import { cutOut, enlargement, middleOf, stretched } from '../../infrastructure/sharp-geometry.ts';
import { type SharpOperation, STAGE } from '../../infrastructure/sharp-operation.ts';
import type { resize } from './resize.ts';

export const pixels: SharpOperation<typeof resize> = {
  traits: ({ fit }, before, after) => ({
    stages: [STAGE.resize],
    addsAlpha: fit === 'contain',
    enlargement: enlargementFor(fit, before, after),
  }),
  apply(image, { fit }, step, opaque) {
    if (fit === 'cover') return covered(image, step);
    if (fit === 'contain') return contained(image, step, opaque);
    return stretched(image, step.after, step);
  },
};

function enlargementFor(fit: string, before: Size, after: Size): Enlargement | undefined {
  if (fit === 'contain') return enlargement(before, within(before, after));
  if (fit !== 'cover') return enlargement(before, after);
  const whole = covering(before, after);
  return enlargement(before, whole, middleOf(whole, after));
}

/** The smallest size in proportion that covers a box. */
function covering(size: Size, box: Size): Size {
  return scaledSize(size, Math.max(box.width / size.width, box.height / size.height));
}

/** The largest size in proportion within a box. */
function within(size: Size, box: Size): Size {
  return scaledSize(size, Math.min(box.width / size.width, box.height / size.height));
}

/** sharp's own `cover` and `contain` measure the picture after the decoder has reduced it, whose sides are rounded. */
function covered(image: Sharp, step: Step): Sharp {
  const whole = covering(step.before, step.after);
  return cutOut(stretched(image, whole, step), whole, middleOf(whole, step.after));
}

function contained(image: Sharp, step: Step, opaque: boolean): Sharp {
  const { before, after: box } = step;
  const inner = within(before, box);
  const [width, height] = [box.width - inner.width, box.height - inner.height];
  const [left, top] = [Math.floor(width / 2), Math.floor(height / 2)];
  const scaled = stretched(image, inner, step);
  if (width === 0 && height === 0) return scaled;
  const background = { r: 255, g: 255, b: 255, alpha: opaque ? 1 : 0 };
  return scaled.extend({ left, top, right: width - left, bottom: height - top, background });
}
