import { describe, expect, test } from 'vitest';
import { converted, srgbLight, srgbNumber, TO_SRGB } from '../../support/colour-science.ts';
import { pixelsOfFile, useEngine } from '../../support/engine.ts';
import { greyProfile } from '../../support/icc-profiles.ts';
import { convert } from '../../support/operations.ts';
import { colourChunk, paletteChunks, pngFile, type StoredPixels } from '../../support/png-files.ts';

const { gAMA, cHRM, sRGB, cICP, iCCP } = colourChunk;
const engine = useEngine();

const NUMBERS = [0, 1, 5, 20, 55, 64, 100, 128, 188, 254, 255];
const SOME_COLOURS = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [200, 120, 40],
  [128, 128, 128],
  [30, 90, 160],
  [255, 255, 255],
];
const SRGB_CHROMATICITIES = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000];
const P3_CHROMATICITIES = [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000];

/** The red, green and blue that the pixels of one row come out as. */
async function resultOf(row: readonly (readonly number[])[], stored: Partial<StoredPixels>): Promise<number[][]> {
  const bytes = pngFile({
    width: row.length,
    height: 1,
    depth: 8,
    colourType: 'rgb',
    valuesAt: (x) => row[x] as number[],
    ...stored,
  });
  return pixelsFrom(bytes);
}

async function pixelsFrom(bytes: Buffer): Promise<number[][]> {
  const { path } = await engine.process(bytes, [convert('png')]);
  const { data, channels } = await pixelsOfFile(path);
  const colours = channels < 3 ? 1 : 3;
  return Array.from({ length: data.length / channels }, (_, i) => {
    const values = [...data.subarray(i * channels, i * channels + colours)];
    return colours === 1 ? [values[0], values[0], values[0]].map(Number) : values;
  });
}

const greys = (numbers: readonly number[]) => numbers.map((number) => [number, number, number]);
const unchanged = SOME_COLOURS;

function expectNear(
  actual: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
  tolerance = 1,
): void {
  expect(actual).toEqual(
    expected.map((pixel) =>
      pixel.map((value) =>
        expect.toSatisfy((got: number) => Math.abs(got - value) <= tolerance, `near ${value.toFixed(1)}`),
      ),
    ),
  );
}

/** What colours come out as whose numbers mean this light, in these primaries. */
function colours(lightOf: (value: number) => number, primaries?: keyof typeof TO_SRGB): number[][] {
  return SOME_COLOURS.map((numbers) => {
    const light = numbers.map((number) => lightOf(number / 255));
    return (primaries ? converted(light, TO_SRGB[primaries]) : light).map(srgbNumber);
  });
}

const srgbCurve = (value: number) => srgbLight(value * 255);
const cameraCurve = (value: number) => (value < 0.081 ? value / 4.5 : ((value + 0.099) / 1.099) ** (1 / 0.45));

describe('gAMA', () => {
  test.each([100_000, 70_000, 55_000, 35_000])('of %i', async (gamma) => {
    const expected = NUMBERS.map((number) => srgbNumber((number / 255) ** (100_000 / gamma)));
    expectNear(await resultOf(greys(NUMBERS), { chunks: [gAMA(gamma)] }), greys(expected));
  });

  test.each([45_455, 45_000, 0, 10])('of %i is as if it were not there', async (gamma) => {
    expect(await resultOf(SOME_COLOURS, { chunks: [gAMA(gamma)] })).toEqual(unchanged);
  });

  test.each([
    ['grey', 8, (number: number) => [number]],
    ['grey', 16, (number: number) => [number * 257]],
    ['rgb', 16, (number: number) => [number * 257, number * 257, number * 257]],
    ['grey and alpha', 8, (number: number) => [number, 255]],
    ['grey and alpha', 16, (number: number) => [number * 257, 65_535]],
    ['rgb and alpha', 16, (number: number) => [number * 257, number * 257, number * 257, 65_535]],
  ] as const)('holds for %s of %i bits', async (colourType, depth, valuesOf) => {
    const row = NUMBERS.map((number) => [...valuesOf(number)]);
    const expected = NUMBERS.map((number) => srgbNumber(number / 255));
    expectNear(await resultOf(row, { colourType, depth, chunks: [gAMA(100_000)] }), greys(expected));
  });

  test('holds for a palette and for 4 bits of grey', async () => {
    const chunks = [gAMA(100_000), ...paletteChunks([[55, 0, 255]])];
    expectNear(await resultOf([[0]], { colourType: 'palette', chunks }), [[srgbNumber(55 / 255), 0, 255]]);
    const shades = [[0], [3], [8], [15]];
    const expected = shades.map(([shade]) => srgbNumber((shade as number) / 15));
    expectNear(await resultOf(shades, { colourType: 'grey', depth: 4, chunks: [gAMA(100_000)] }), greys(expected));
  });
});

describe('cHRM', () => {
  test('moves the primaries, with gAMA or alone', async () => {
    const expected = colours(srgbCurve, 'display p3');
    expectNear(await resultOf(SOME_COLOURS, { chunks: [cHRM(...P3_CHROMATICITIES)] }), expected);
    const measured = colours((value) => value ** 2.2, 'display p3');
    expectNear(await resultOf(SOME_COLOURS, { chunks: [gAMA(45_455), cHRM(...P3_CHROMATICITIES)] }), measured);
    const linear = await resultOf(SOME_COLOURS, { chunks: [cHRM(...P3_CHROMATICITIES), gAMA(100_000)] });
    expectNear(
      linear,
      colours((value) => value, 'display p3'),
    );
  });

  test.each(['grey', 'rgb'] as const)(
    "beside gAMA makes that mean what it says, sRGB's own too, in %s",
    async (colourType) => {
      const row = colourType === 'grey' ? NUMBERS.map((number) => [number]) : greys(NUMBERS);
      const expected = NUMBERS.map((number) => srgbNumber((number / 255) ** 2.2));
      const chunks = [gAMA(45_455), cHRM(...SRGB_CHROMATICITIES)];
      expectNear(await resultOf(row, { colourType, chunks }), greys(expected));
    },
  );

  test.each([
    ["sRGB's own", SRGB_CHROMATICITIES],
    ['all in one line', [31270, 32900, 30000, 30000, 40000, 40000, 50000, 50000]],
    ['a white outside', [80000, 10000, 64000, 33000, 30000, 60000, 15000, 6000]],
    ['nothing', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['too short', [31270, 32900]],
  ])('of %s is as if it were not there', async (_, values) => {
    expect(await resultOf(SOME_COLOURS, { chunks: [cHRM(...values)] })).toEqual(unchanged);
  });
});

describe('cICP', () => {
  test.each([
    ['Display P3', cICP(12, 13), colours(srgbCurve, 'display p3')],
    ['BT.2020', cICP(9, 14), colours(cameraCurve, 'rec2020')],
    ['linear light', cICP(1, 8), colours((value) => value)],
    ['a gamma of 2.8', cICP(1, 5), colours((value) => value ** 2.8)],
    ['sRGB', cICP(1, 13), unchanged],
    [
      "video's range",
      cICP(1, 13, 0, 0),
      colours((value) => srgbCurve(Math.min(1, Math.max(0, (value * 255 - 16) / 219)))),
    ],
  ])('names %s', async (_, chunk, expected) => {
    expectNear(await resultOf(SOME_COLOURS, { chunks: [chunk] }), expected);
  });

  test.each([
    ['PQ', 16],
    ['HLG', 18],
  ])('%s is read as if it were SDR of its primaries, with a warning', async (_, transfer) => {
    const bytes = pngFile({
      width: SOME_COLOURS.length,
      height: 1,
      depth: 8,
      colourType: 'rgb',
      valuesAt: (x) => SOME_COLOURS[x] as number[],
      chunks: [cICP(9, transfer)],
    });
    expectNear(await pixelsFrom(bytes), colours(srgbCurve, 'rec2020'));
    const { warnings } = await engine.process(bytes, []);
    expect(warnings).toMatchObject([{ code: 'hdr_flattened' }]);
  });

  test('of what is not light beyond white there is no warning', async () => {
    const bytes = pngFile({
      width: 1,
      height: 1,
      depth: 8,
      colourType: 'grey',
      valuesAt: () => [9],
      chunks: [cICP(12, 13)],
    });
    expect((await engine.process(bytes, [])).warnings).toEqual([]);
  });

  test.each([
    ['primaries that are reserved', cICP(3, 13)],
    ['a transfer that is left open', cICP(1, 2)],
    ['a matrix, which a PNG has not', cICP(12, 13, 1)],
  ])('with %s is as if it were not there', async (_, chunk) => {
    expect(await resultOf(SOME_COLOURS, { chunks: [chunk] })).toEqual(unchanged);
    expectNear(await resultOf(greys([55]), { chunks: [chunk, gAMA(100_000)] }), greys([128]));
  });
});

describe('of several', () => {
  const linear = iCCP(greyProfile(1));
  const grey = (chunks: Buffer[]) => resultOf([[64]], { colourType: 'grey', chunks });

  test('cICP is the first, then iCCP, sRGB, gAMA', async () => {
    expect(await grey([gAMA(35_000), sRGB(), linear, cICP(1, 13)])).toEqual(greys([64]));
    expectNear(await grey([gAMA(35_000), linear]), greys([srgbNumber(64 / 255)]));
    expect(await grey([gAMA(35_000), sRGB()])).toEqual(greys([64]));
    expectNear(await grey([gAMA(35_000)]), greys([srgbNumber((64 / 255) ** (1 / 0.35))]));
  });

  test('a profile of no meaning is as if it were not there', async () => {
    expectNear(await grey([gAMA(100_000), iCCP(Buffer.alloc(200, 9))]), greys([srgbNumber(64 / 255)]));
  });

  test('the first of its kind counts, with a checksum that is right, before the pixels', async () => {
    const broken = gAMA(100_000);
    broken[broken.length - 1] = (broken.at(-1) as number) ^ 1;
    expect(await resultOf(SOME_COLOURS, { chunks: [broken] })).toEqual(unchanged);
    const late = [...paletteChunks([[55, 0, 255]]), gAMA(100_000)];
    expect(await resultOf([[0]], { colourType: 'palette', chunks: late })).toEqual([[55, 0, 255]]);
    expectNear(await grey([gAMA(100_000), gAMA(45_455)]), greys([srgbNumber(64 / 255)]));
  });
});

describe('16 bits of grey', () => {
  test.each([1, 1.8])('with a profile of gamma %d become sRGB', async (gamma) => {
    const row = NUMBERS.map((number) => [number * 257]);
    const expected = NUMBERS.map((number) => srgbNumber((number / 255) ** gamma));
    expectNear(
      await resultOf(row, { colourType: 'grey', depth: 16, chunks: [iCCP(greyProfile(gamma))] }),
      greys(expected),
    );
  });

  test('tell dark shades of light apart that 8 bits would not', async () => {
    const row = [20, 40, 80, 160, 320].map((light) => [light]);
    const expected = row.map(([light]) => srgbNumber((light as number) / 65_535));
    expectNear(await resultOf(row, { colourType: 'grey', depth: 16, chunks: [iCCP(greyProfile(1))] }), greys(expected));
  });
});
