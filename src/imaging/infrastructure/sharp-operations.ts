import type { Sharp } from 'sharp';
import { type Size, scaledSize } from '../domain/image-facts.ts';
import type { Step, StepTraits } from '../domain/transformation-plan.ts';
import type { Operation } from '../operations/operations.ts';

type ParametersOf<Type extends Operation['operation_type']> = Extract<
  Operation,
  { operation_type: Type }
>['parameters'];

/** How sharp does one operation. */
interface SharpOperation<Parameters> {
  traits(parameters: Parameters): StepTraits;
  /** Adds it to the pass that `image` is; padding is white where the result is `opaque`. Left out where no pixel changes. */
  apply?(image: Sharp, parameters: Parameters, step: Step, opaque: boolean): Sharp;
}

/** The order in which sharp runs the calls of one pipeline, whatever order they are made in (its `pipeline.cc`). */
const STAGE = { greyBefore: 1, resize: 2, blur: 3, sharpen: 4, greyAfter: 5 } as const;

/** sharp's own default ends the bell at 0.2 of its height, which is a sigma of 1.6; this one measures 1.98 at no cost. */
const BLUR = { sigma: 2, minAmplitude: 0.02 };

const FILTERS: Record<ParametersOf<'filter'>['type'], { traits: StepTraits; apply(image: Sharp): Sharp }> = {
  // First it drops the colours before all other work, last it is the colour space of the output. Raw grey pixels come
  // without their alpha channel.
  grayscale: {
    traits: { stages: [STAGE.greyBefore, STAGE.greyAfter], touchesAlpha: true },
    apply: (image) => image.toColourspace('b-w'),
  },
  blur: { traits: { stages: [STAGE.blur], touchesAlpha: true }, apply: (image) => image.blur(BLUR) },
  sharpen: { traits: { stages: [STAGE.sharpen], touchesAlpha: true }, apply: (image) => image.sharpen() },
};

/** Beyond this many pixels a side libvips cannot enlarge: `cover` then cuts before it scales. */
const LONGEST_SIDE = 1_000_000;

/** What sharp does for each operation of the API: one entry each. */
const SHARP_OPERATIONS: { [Type in Operation['operation_type']]: SharpOperation<ParametersOf<Type>> } = {
  resize: {
    traits: ({ fit }) => ({ stages: [STAGE.resize], addsAlpha: fit === 'contain' }),
    apply(image, { fit }, { before, after }, opaque) {
      if (fit === 'cover') return covered(image, before, after);
      if (fit === 'contain') return contained(image, before, after, opaque);
      return stretched(image, after);
    },
  },
  filter: {
    traits: ({ type }) => FILTERS[type].traits,
    apply: (image, { type }, { stage }) => FILTERS[type].apply(stage === STAGE.greyBefore ? image.greyscale() : image),
  },
  compress: { traits: () => ({ stages: [] }) },
  convert: { traits: () => ({ stages: [] }) },
};

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

/** Decoders round the sides of what they reduce, which a picture of fewer pixels a side would show. */
const SMALLEST_REDUCED_SIDE = 16;

function stretched(image: Sharp, { width, height }: Size): Sharp {
  const fastShrinkOnLoad = Math.min(width, height) >= SMALLEST_REDUCED_SIDE;
  return image.resize({ width, height, fit: 'fill', fastShrinkOnLoad });
}

/** The middle of a picture; an odd pixel is cut at the left and the top. */
function cutOut(image: Sharp, whole: Size, { width, height }: Size): Sharp {
  const [left, top] = [Math.ceil((whole.width - width) / 2), Math.ceil((whole.height - height) / 2)];
  return left === 0 && top === 0 ? image : image.extract({ left, top, width, height });
}

/** The entry of an operation, with its parameters bound. */
function entryOf({ operation_type, parameters }: Operation): [SharpOperation<unknown>, unknown] {
  return [SHARP_OPERATIONS[operation_type] as SharpOperation<unknown>, parameters];
}

/** What the plan asks of sharp. */
export function sharpTraitsOf(operation: Operation): StepTraits {
  const [entry, parameters] = entryOf(operation);
  return entry.traits(parameters);
}

/** Adds a step to a sharp pipeline. Padding is transparent, or white where the result is `opaque`. */
export function applyStep(image: Sharp, step: Step, opaque: boolean): Sharp {
  const [entry, parameters] = entryOf(step.operation);
  return entry.apply?.(image, parameters, step, opaque) ?? image;
}
