import type { Sharp } from 'sharp';
import { type Size, scaledSize } from '../../domain/image-facts.ts';
import { cutOut, stretched } from '../../infrastructure/sharp-geometry.ts';
import { type SharpOperation, STAGE } from '../../infrastructure/sharp-operation.ts';
import type { resize } from './resize.ts';

export const pixels: SharpOperation<typeof resize> = {
  traits: ({ fit }) => ({ stages: [STAGE.resize], addsAlpha: fit === 'contain' }),
  apply(image, { fit }, { before, after }, opaque) {
    if (fit === 'cover') return covered(image, before, after);
    if (fit === 'contain') return contained(image, before, after, opaque);
    return stretched(image, after);
  },
};

/** Beyond this many pixels a side libvips cannot enlarge: `cover` then cuts before it scales. */
const LONGEST_SIDE = 1_000_000;

/** sharp's own `cover` and `contain` measure the picture after the decoder has reduced it, whose sides are rounded. */
function covered(image: Sharp, before: Size, box: Size): Sharp {
  const scale = Math.max(box.width / before.width, box.height / before.height);
  const whole = scaledSize(before, scale);
  if (Math.max(whole.width, whole.height) < LONGEST_SIDE) return cutOut(stretched(image, whole), whole, box);
  const part = {
    width: Math.min(before.width, Math.ceil(box.width / scale)),
    height: Math.min(before.height, Math.ceil(box.height / scale)),
  };
  return stretched(cutOut(image, before, part), box);
}

function contained(image: Sharp, before: Size, box: Size, opaque: boolean): Sharp {
  const inner = scaledSize(before, Math.min(box.width / before.width, box.height / before.height));
  const [width, height] = [box.width - inner.width, box.height - inner.height];
  const [left, top] = [Math.floor(width / 2), Math.floor(height / 2)];
  const scaled = stretched(image, inner);
  if (width === 0 && height === 0) return scaled;
  const background = { r: 255, g: 255, b: 255, alpha: opaque ? 1 : 0 };
  return scaled.extend({ left, top, right: width - left, bottom: height - top, background });
}
