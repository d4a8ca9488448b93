import { type SharpOperation, STAGE } from '../../infrastructure/sharp-operation.ts';
import type { adjust } from './adjust.ts';
import { type ColourMatrix, hueTurned, product, saturated } from './colour-matrix.ts';

export const pixels: SharpOperation<typeof adjust> = {
  traits: () => ({ stages: [STAGE.recomb], until: STAGE.linear, touchesAlpha: true }),
  apply(image, { brightness, contrast, saturation, hue }) {
    // The matrix is not rounded before brightness and contrast, which are one line: (v * b - 127.5) * c + 127.5.
    const [b, c] = [brightness / 100, contrast / 100];
    return image.recomb(rows(product(hueTurned(hue), saturated(saturation / 100)))).linear(b * c, 127.5 * (1 - c));
  },
};

function rows([a, b, c, d, e, f, g, h, i]: ColourMatrix): [Row, Row, Row] {
  return [
    [a, b, c],
    [d, e, f],
    [g, h, i],
  ];
}

type Row = [number, number, number];
