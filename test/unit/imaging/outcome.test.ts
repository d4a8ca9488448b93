import { describe, expect, test } from 'vitest';
import type { ImageFacts } from '../../../src/imaging/domain/image-facts.ts';
import { outcomeOf } from '../../../src/imaging/domain/outcome.ts';
import type { Operation } from '../../../src/imaging/operations/operations.ts';
import { POLICIES } from '../../support/callers.ts';
import {
  adjust,
  compress,
  compressTo,
  convert,
  crop,
  filter,
  flip,
  pad,
  resize,
  rotate,
  scale,
} from '../../support/operations.ts';

const policy = POLICIES.anonymous;
const facts = (width: number, height: number, frames = 1, format: ImageFacts['format'] = 'webp') => ({
  width,
  height,
  frames,
  format,
});

const of = (source: ImageFacts, operations: readonly Operation[]) => outcomeOf(source, operations, policy);

describe('the size after each operation', () => {
  test.each([
    ['fill', 100, 100, 100, 100],
    ['cover', 100, 100, 100, 100],
    ['contain', 100, 100, 100, 100],
    ['inside', 100, 100, 100, 75],
    ['outside', 100, 100, 133, 100],
    ['inside', 1, 1000, 1, 1],
    ['inside', 8000, 8000, 8000, 6000],
    ['outside', 800, 1, 800, 600],
    ['inside', 100, 1, 1, 1],
  ] as const)('%s into %ix%i makes %ix%i of 400x300', (fit, width, height, w, h) => {
    expect(of(facts(400, 300), [resize(width, height, fit)])).toMatchObject({
      sizes: [{ width: w, height: h }],
      size: { width: w, height: h },
    });
  });

  test('each begins with what the one before has left', () => {
    const operations = [resize(100, 100, 'inside'), filter('blur'), resize(10, 1000, 'outside'), compress(50)];
    expect(of(facts(400, 300), operations).sizes).toEqual([
      { width: 100, height: 75 },
      { width: 100, height: 75 },
      { width: 1333, height: 1000 },
      { width: 1333, height: 1000 },
    ]);
    expect(of(facts(4, 3), [])).toMatchObject({ sizes: [], size: { width: 4, height: 3 } });
  });
});

describe('the size after', () => {
  test.each([
    [{ width: 100 }, 100, 75],
    [{ height: 30 }, 40, 30],
    [{ width: 100, height: 30 }, 40, 30],
    [{ width: 800 }, 400, 300],
    [{ width: 800, height: 100 }, 133, 100],
    [{ width: 800, enlarge: true }, 800, 600],
    [{ width: 401, height: 1000, enlarge: true }, 401, 301],
  ])('scaling 400x300 by %j is %ix%i', (box, width, height) => {
    expect(of(facts(400, 300), [scale(box)])).toMatchObject({ size: { width, height }, faults: [] });
  });

  test('turning has its sides changed, and limits hold for it', () => {
    const operations = [rotate(90), scale({ width: 30 }), rotate(180), flip('vertical')];
    expect(of(facts(400, 300), operations).sizes).toEqual([
      { width: 300, height: 400 },
      { width: 30, height: 40 },
      { width: 30, height: 40 },
      { width: 30, height: 40 },
    ]);
  });
});

describe('a box that is not within the picture, as it is at that step', () => {
  const box = (parameters: Parameters<typeof crop>[0]) => crop(parameters);
  const refused = (size: string, received: string) => ({
    expected: `a box within the picture, which then has ${size}`,
    received: `one of ${received}`,
  });

  test.each<[string, Operation[], string]>([
    ['nothing', [], '400x300'],
    ['resize', [resize(200, 100)], '200x100'],
    ['scale', [scale({ width: 200 })], '200x150'],
    ['crop', [box({ width: 350, height: 20, gravity: 'entropy' })], '350x20'],
    ['rotate', [rotate(90)], '300x400'],
    ['flip', [flip('vertical')], '400x300'],
    ['pad', [resize(50, 50), pad({ left: 100, bottom: 7 })], '150x57'],
    ['filter', [filter('blur')], '400x300'],
    ['adjust', [adjust({ brightness: 150 })], '400x300'],
    ['compress and convert', [compress(60), convert('png')], '400x300'],
  ])('after %s', (_words, before, size) => {
    const [width = 0, height = 0] = size.split('x').map(Number);
    const index = before.length;
    const faults = (...asked: Operation[]) => of(facts(400, 300), [...before, ...asked]).faults;
    expect(faults(box({ width, height, gravity: 'center' }))).toEqual([]);
    expect(faults(box({ width: 1, height: 1, x: width - 1, y: height - 1 }))).toEqual([]);
    expect(faults(box({ width: 1, height: 1, x: width, y: 0 }))).toEqual([
      { index, code: 'out_of_picture', ...refused(size, `1x1 at ${width}, 0`) },
    ]);
    expect(faults(box({ width: 1, height: 2, x: 0, y: height - 1 }))).toEqual([
      { index, code: 'out_of_picture', ...refused(size, `1x2 at 0, ${height - 1}`) },
    ]);
    expect(faults(box({ width: width + 1, height, gravity: 'attention' }))).toEqual([
      { index, code: 'out_of_picture', ...refused(size, `${width + 1}x${height}`) },
    ]);
  });
});

test('pads that exceed the limits are refused', () => {
  expect(of(facts(400, 300), [pad({ left: 9600 })]).faults).toEqual([]);
  expect(of(facts(400, 300), [pad({ left: 9600, right: 1 })]).faults).toEqual([
    {
      index: 0,
      code: 'over_limit',
      expected: 'a size of at most 10000 pixels a side',
      received: 'one that computes to 10001x300',
    },
  ]);
  expect(of(facts(400, 300), [pad({ left: 9600, bottom: 2300 })]).faults).toMatchObject([{ code: 'over_limit' }]);
});

test('a side that would be scaled to less than half a pixel is refused, with what it comes to', () => {
  expect(of(facts(10_000, 20), [rotate(90), scale({ height: 100 })]).faults).toEqual([
    {
      index: 1,
      code: 'out_of_picture',
      expected: 'a box in which no side comes to less than a pixel',
      received: 'one in which 20x10000 becomes 0.2x100',
    },
  ]);
  expect(of(facts(10_000, 50), [scale({ width: 100 })]).faults).toEqual([]);
});

test('the format is what the last conversion says, else the own one', () => {
  expect(of(facts(1, 1, 1, 'png'), []).encoding.format).toBe('png');
  const operations = [convert('jpg'), convert('webp'), filter('blur')];
  expect(of(facts(1, 1, 1, 'png'), operations).encoding.format).toBe('webp');
});

describe('the frames that are kept', () => {
  test.each([
    ['all of a WebP that stays one', facts(100, 100, 60), [], 60],
    ['the first of more than 60', facts(10, 10, 61), [], 1],
    ['the first in another format', facts(10, 10, 5), [convert('png')], 1],
    ['all when the last conversion is WebP', facts(10, 10, 5), [convert('png'), convert('webp')], 5],
    ['all at the pixel limit', facts(1000, 1000, 25), [], 25],
    ['the first beyond it', facts(1000, 1001, 25), [], 1],
    ['the first when a step on the way goes beyond it', facts(10, 10, 26), [resize(1000, 1000), resize(1, 1)], 1],
  ] as const)('are %s', (_words, source, operations, kept) => {
    expect(of(source, operations).frames).toBe(kept);
  });
});

describe('sizes beyond the limits', () => {
  test('none where all are within, the limits included', () => {
    const operations = [resize(10_000, 2500), resize(2500, 10_000), filter('blur')];
    expect(of(facts(1, 1), operations).faults).toEqual([]);
  });

  test('are told for each step', () => {
    const operations = [resize(10_000, 2501), resize(10, 10), resize(10, 1), resize(1, 2000, 'outside')];
    expect(of(facts(1, 1), operations).faults).toEqual([
      {
        index: 0,
        code: 'over_limit',
        expected: 'a size of at most 25 MP',
        received: 'one that computes to 10000x2501, which is 25.01 MP',
      },
      {
        index: 3,
        code: 'over_limit',
        expected: 'a size of at most 10000 pixels a side',
        received: 'one that computes to 20000x2000',
      },
    ]);
  });
});

test('a palette is chosen with no more effort than its deadline has room for', () => {
  const effortOf = (width: number, height: number, effort: 'fast' | 'small') =>
    of(facts(40, 30), [resize(width, height), compress(80, effort), convert('png')]).encoding;
  expect(effortOf(2000, 2000, 'small')).toMatchObject({ palette: true, effort: 'small' });
  expect(effortOf(2001, 2000, 'small')).toMatchObject({ palette: true, effort: 'balanced' });
  expect(effortOf(2001, 2000, 'fast')).toMatchObject({ palette: true, effort: 'fast' });
  expect(effortOf(4001, 4000, 'small')).toMatchObject({ palette: false, effort: 'small' });
});

describe('AVIF', () => {
  test('has a quality of its own', () => {
    expect(of(facts(40, 30), [convert('avif')]).encoding).toMatchObject({ format: 'avif', quality: 70 });
    expect(of(facts(40, 30), [convert('avif'), compress(50)]).encoding.quality).toBe(50);
  });

  test('is encoded with no more effort than its deadline has room for', () => {
    const effortOf = (width: number, effort: 'fast' | 'small', format: 'avif' | 'webp' = 'avif') =>
      of(facts(40, 30), [resize(width, 3000), compress(80, effort), convert(format)]).encoding.effort;
    expect([effortOf(4000, 'small'), effortOf(4001, 'small')]).toEqual(['small', 'balanced']);
    expect([effortOf(5000, 'fast'), effortOf(5000, 'small', 'webp')]).toEqual(['fast', 'small']);
  });

  test('is refused above 16 MP, at the conversion that counts', () => {
    const operations = [convert('png'), resize(4000, 4100), convert('avif')];
    expect(of(facts(40, 30), operations).faults).toEqual([
      {
        index: 2,
        parameter: 'format',
        code: 'beyond_format',
        expected: 'avif of at most 16 MP for format',
        received: 'one that computes to 4000x4100, which is 16.4 MP',
      },
    ]);
    expect(of(facts(40, 30), [resize(4000, 4000), convert('avif')]).faults).toEqual([]);
    expect(of(facts(40, 30), [...operations, convert('webp')]).faults).toEqual([]);
  });

  test('is kept to a number of bytes up to 2 MP', () => {
    const within = [convert('avif'), compressTo(50_000)];
    expect(of(facts(2000, 1000), within).faults).toEqual([]);
    expect(of(facts(2000, 1001), within).faults).toMatchObject([
      { index: 1, parameter: 'max_bytes', code: 'beyond_format', expected: expect.stringContaining('at most 2 MP') },
    ]);
  });
});

describe('most bytes of the file', () => {
  test('are kept to by a quality from the least of the caller up to the one asked for, or to 85', () => {
    const encodingBy = (...operations: Operation[]) => of(facts(40, 30), operations).encoding;
    expect(encodingBy(compressTo(5_000, 70))).toMatchObject({
      quality: 70,
      budget: { bytes: 5_000, leastQuality: 40 },
    });
    expect(encodingBy(compressTo(5_000))).toMatchObject({ quality: 85, budget: { bytes: 5_000 } });
    expect(encodingBy(compressTo(5_000), compress(60))).toMatchObject({ quality: 60, budget: null });
    expect(encodingBy(compress(60), compressTo(5_000))).toMatchObject({ quality: 85, budget: { bytes: 5_000 } });
  });

  test('are refused of a PNG, at the operation whose word counts', () => {
    const operations = [compressTo(9_000), filter('blur'), compressTo(5_000), convert('png')];
    expect(of(facts(40, 30), operations).faults).toEqual([
      {
        index: 2,
        parameter: 'max_bytes',
        code: 'beyond_format',
        expected: 'one of jpg, webp, avif as the format of the result for max_bytes',
        received: 'png',
      },
    ]);
    expect(of(facts(40, 30), [...operations, compress(60)]).faults).toEqual([]);
    expect(of(facts(40, 30), [...operations, convert('jpg')]).faults).toEqual([]);
  });
});

test('the largest step is that of the source or of any operation, all frames of the result together', () => {
  expect(of(facts(100, 50, 3), [resize(10, 10)]).largestPixels).toBe(15_000);
  expect(of(facts(100, 50, 3), [resize(100, 100), resize(1, 1)]).largestPixels).toBe(30_000);
  expect(of(facts(100, 50, 3), [resize(100, 100), convert('jpg')]).largestPixels).toBe(10_000);
});

describe('warnings', () => {
  const codes = (source: ImageFacts, operations: Operation[]) =>
    of(source, operations).warnings.map(({ code }) => code);

  test('tell of a lost animation', () => {
    expect(of(facts(10, 10, 3), [convert('png')]).warnings).toEqual([
      { code: 'animation_flattened', detail: expect.stringContaining('first of 3 frames') },
    ]);
    expect(codes(facts(10, 10, 3), [])).toEqual([]);
  });

  test('tell of a palette that was left out, and only where one was asked for', () => {
    const jpg = facts(4000, 3000, 1, 'jpg');
    expect(codes(jpg, [resize(4001, 4000, 'cover'), convert('png'), compress(60)])).toEqual(['palette_skipped']);
    expect(codes(jpg, [resize(4000, 4000, 'cover'), convert('png'), compress(60)])).toEqual([]);
    expect(codes(jpg, [resize(4001, 4000, 'cover'), convert('png')])).toEqual([]);
  });

  test('tell of a picture that is stretched by more than a twentieth, and by which operation', () => {
    expect(of(facts(3000, 4000), [filter('blur'), resize(1200, 900)]).warnings).toEqual([
      {
        code: 'proportions_changed',
        detail: expect.stringContaining('from 3000x4000 to 1200x900'),
        pointer: '/operations/1',
      },
    ]);
    expect(codes(facts(400, 300), [resize(105, 75)])).toEqual([]);
    expect(codes(facts(400, 300), [resize(106, 75)])).toEqual(['proportions_changed']);
    expect(codes(facts(400, 300), [resize(100, 79)])).toEqual(['proportions_changed']);
    expect(codes(facts(400, 300), [resize(100, 10, 'cover'), resize(100, 10, 'contain')])).toEqual([]);
  });
});
