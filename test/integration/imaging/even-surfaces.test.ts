import { expect, test } from 'vitest';
import { pixelsOfFile, useEngine } from '../../support/engine.ts';
import { convert, filter, resize } from '../../support/operations.ts';
import { image, type Pixels, photograph, plain } from '../../support/pictures.ts';

const engine = useEngine();
const LISTS = [
  ['blurred', [filter('blur')]],
  ['sharpened', [filter('sharpen')]],
  ['made smaller', [resize(33, 21)]],
  ['made larger', [resize(150, 120)]],
  ['blurred several times', [filter('blur'), filter('blur'), resize(33, 21), filter('blur')]],
] as const;

async function pixelsAfter(pixels: Pixels, operations: (typeof LISTS)[number][1]): Promise<Pixels> {
  const file = await image(pixels).png().toBuffer();
  return pixelsOfFile((await engine.process(file, [...operations, convert('png')])).path);
}

test.each(LISTS)('a surface of one colour stays what it is when it is %s', async (_, operations) => {
  for (const colour of [[1], [64], [128], [200], [254], [0, 128, 255], [137, 251, 33]]) {
    const before = plain(64, 48, colour);
    const { data, channels } = await pixelsAfter(before, operations);
    const shades = new Set(
      Array.from({ length: data.length / channels }, (__, i) => data.readUIntBE(i * channels, channels)),
    );
    const [red = 0, green = red, blue = red] = colour;
    expect([...shades]).toEqual([(red << 16) | (green << 8) | blue]);
  }
});

test('a photograph stays as light when it is blurred', async () => {
  const before = photograph(240, 180);
  const after = await pixelsAfter(before, [filter('blur')]);
  expect(Math.abs(mean(after) - mean(before))).toBeLessThan(0.1);
});

function mean({ data }: Pixels): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}
