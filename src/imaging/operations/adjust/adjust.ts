import { defineOperation } from '../../domain/operation.ts';
import { integer } from '../../domain/parameter.ts';

const percent = (label: string, about: string, starts = 100) =>
  integer(0, 200, `${about}, in per cent`, { label, default: 100, starts });

/** Changes light and colours, as the CSS filters of the same names do. */
export const adjust = defineOperation({
  type: 'adjust',
  title: 'Adjust',
  about:
    'Changes light and colours, in this order and at once: saturation, hue, brightness, contrast, as the CSS filters of these names do. Transparency is untouched.',
  parameters: {
    brightness: percent('Brightness, %', 'How light it becomes: black at 0, twice as light at 200', 120),
    contrast: percent('Contrast, %', 'How far values are from the middle: all grey at 0'),
    saturation: percent('Saturation, %', 'How strong colours are: none at 0'),
    hue: integer(0, 359, 'Degrees by which colours go around the circle', { label: 'Hue, degrees', default: 0 }),
  },
  check({ brightness, contrast, saturation, hue }) {
    if (brightness !== 100 || contrast !== 100 || saturation !== 100 || hue !== 0) return [];
    const expected = 'a brightness, contrast or saturation other than 100 or a hue above 0';
    return [{ expected, received: 'brightness 100, contrast 100, saturation 100, hue 0' }];
  },
  checkSchema: {
    not: {
      properties: {
        brightness: { enum: [100] },
        contrast: { enum: [100] },
        saturation: { enum: [100] },
        hue: { enum: [0] },
      },
    },
  },
});
