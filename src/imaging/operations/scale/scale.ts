import type { Size } from '../../domain/image-facts.ts';
import { defineOperation } from '../../domain/operation.ts';
import { flag, integer } from '../../domain/parameter.ts';

/** Changes the size in proportion. */
export const scale = defineOperation({
  type: 'scale',
  title: 'Scale',
  about:
    'Changes the size in proportion, to fit the box of `width` and `height`, of which one may be left out. A picture that fits is left as it is, unless `enlarge` is true.',
  parameters: {
    width: integer(1, 'outputSide', 'Most width, in pixels', {
      label: 'Width, pixels',
      along: 'width',
      optional: true,
      example: 1200,
    }),
    height: integer(1, 'outputSide', 'Most height, in pixels', {
      label: 'Height, pixels',
      along: 'height',
      optional: true,
      example: 900,
    }),
    enlarge: flag('Whether a picture that is smaller than the box is made larger', {
      label: 'Enlarge smaller pictures',
      default: false,
    }),
  },
  check({ width, height }) {
    if (width !== undefined || height !== undefined) return [];
    return [{ expected: 'width, height or both', received: undefined }];
  },
  checkSchema: { not: { properties: { width: { not: {} }, height: { not: {} } } } },
  refusal(size, parameters) {
    const { width, height } = proportional(size, parameters);
    if (width >= 0.5 && height >= 0.5) return null;
    const received = `one in which ${size.width}x${size.height} becomes ${figure(width)}x${figure(height)}`;
    return { expected: 'a box in which no side comes to less than a pixel', received };
  },
  moves(size, parameters) {
    const { width, height } = proportional(size, parameters);
    const whole = (side: number) => Math.max(1, Math.round(side));
    return [{ kind: 'scale', to: { width: whole(width), height: whole(height) } }];
  },
});

/** The size that fits the box, not rounded. */
function proportional(size: Size, { width, height, enlarge }: Partial<Size> & { enlarge: boolean }): Size {
  const factor = Math.min(
    (width ?? Number.POSITIVE_INFINITY) / size.width,
    (height ?? Number.POSITIVE_INFINITY) / size.height,
  );
  const bounded = enlarge ? factor : Math.min(1, factor);
  return { width: size.width * bounded, height: size.height * bounded };
}

function figure(side: number): number {
  return Number(side.toFixed(2));
}
