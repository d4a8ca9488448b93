import { describe, expect, test } from 'vitest';
import type { ImageFacts } from '../../../src/imaging/domain/image-facts.ts';
import { framesKept, outputFormat, sizeFaults, sizesAfter } from '../../../src/imaging/operations/operations.ts';
import { POLICIES } from '../../support/callers.ts';
import { compress, convert, filter, resize } from '../../support/operations.ts';

const policy = POLICIES.anonymous;
const facts = (width: number, height: number, frames = 1, format: ImageFacts['format'] = 'webp') => ({
  width,
  height,
  frames,
  format,
});

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
    expect(sizesAfter({ width: 400, height: 300 }, [resize(width, height, fit)])).toEqual([{ width: w, height: h }]);
  });

  test('each begins with what the one before has left', () => {
    const operations = [resize(100, 100, 'inside'), filter('blur'), resize(10, 1000, 'outside'), compress(50)];
    expect(sizesAfter({ width: 400, height: 300 }, operations)).toEqual([
      { width: 100, height: 75 },
      { width: 100, height: 75 },
      { width: 1333, height: 1000 },
      { width: 1333, height: 1000 },
    ]);
    expect(sizesAfter({ width: 4, height: 3 }, [])).toEqual([]);
  });
});

test('the format is what the last conversion says, else the own one', () => {
  expect(outputFormat('png', [])).toBe('png');
  expect(outputFormat('png', [convert('jpg'), convert('webp'), filter('blur')])).toBe('webp');
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
    expect(framesKept(source, operations, policy)).toBe(kept);
  });
});

describe('sizes beyond the limits', () => {
  test('none where all are within, the limits included', () => {
    expect(sizeFaults(facts(1, 1), [resize(10_000, 2500), resize(2500, 10_000), filter('blur')], policy)).toEqual([
      null,
      null,
      null,
    ]);
  });

  test('are told for each step', () => {
    const operations = [resize(10_000, 2501), resize(10, 10), resize(10, 1), resize(1, 2000, 'outside')];
    expect(sizeFaults(facts(1, 1), operations, policy)).toEqual([
      'a size of at most 25 MP, received one that computes to 10000x2501, which is 25.01 MP',
      null,
      null,
      'a size of at most 10000 pixels a side, received one that computes to 20000x2000',
    ]);
  });
});
