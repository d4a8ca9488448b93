import { describe, expect, test } from 'vitest';
import type { ImageFacts } from '../../../src/imaging/domain/image-facts.ts';
import { outcomeOf } from '../../../src/imaging/domain/outcome.ts';
import { planLine } from '../../../src/imaging/domain/plan-line.ts';
import { planTransformation } from '../../../src/imaging/domain/transformation-plan.ts';
import { sharpTraitsOf } from '../../../src/imaging/infrastructure/sharp-operations.ts';
import type { Operation } from '../../../src/imaging/operations/operations.ts';
import { POLICIES } from '../../support/callers.ts';
import { adjust, compress, convert, crop, filter, flip, pad, resize, rotate, scale } from '../../support/operations.ts';

const jpg: ImageFacts = { format: 'jpg', width: 4000, height: 3000, frames: 1 };
const png: ImageFacts = { format: 'png', width: 400, height: 300, frames: 1 };

function lineOf(source: ImageFacts, operations: Operation[], { hasAlpha = false, orientation = 1 } = {}): string {
  const outcome = outcomeOf(source, operations, POLICIES.authenticated);
  return planLine(
    planTransformation({ source, hasAlpha, orientation, isGrey: false }, operations, outcome, sharpTraitsOf),
  );
}

describe('the plan folds what the executor does in this order anyway', () => {
  test.each<[string, Operation[], string]>([
    ['nothing', [], 'jpg 4000x3000 > jpg 85'],
    [
      'resize, filters, encoding',
      [resize(1200, 900), filter('blur'), filter('sharpen'), convert('webp'), compress(80)],
      'jpg 4000x3000 reduced > scale 1200x900 > filter(blur) > filter(sharpen) > webp 80',
    ],
    [
      'grayscale before or after',
      [filter('grayscale'), resize(800, 600), filter('grayscale')],
      'jpg 4000x3000 reduced > filter(grayscale) > scale 800x600 > filter(grayscale) > jpg 85',
    ],
    [
      'encoders, wherever they stand',
      [compress(40), convert('png'), resize(100, 100), convert('webp'), compress(70, 'small')],
      'jpg 4000x3000 reduced > scale 100x100 > webp 70 small',
    ],
  ])('%s', (_name, operations, line) => {
    expect(lineOf(jpg, operations)).toBe(line);
  });

  test('an icon is scaled from all pixels of its source, whose decoder could have left detail out', () => {
    expect(lineOf(jpg, [resize(43, 32)])).toBe('jpg 4000x3000 | scale 43x32 > jpg 85');
    expect(lineOf(jpg, [resize(44, 33)])).toBe('jpg 4000x3000 reduced > scale 44x33 > jpg 85');
  });
});

describe('the plan starts a pass where the order would be lost', () => {
  test.each<[string, Operation[], string]>([
    [
      'filter before resize',
      [filter('blur'), resize(800, 600)],
      'jpg 4000x3000 > filter(blur) | scale 800x600 > jpg 85',
    ],
    [
      'two resizes',
      [resize(100, 100), resize(800, 600, 'inside')],
      'jpg 4000x3000 reduced > scale 100x100 | enlarge 600x600 > jpg 85',
    ],
    ['a filter twice', [filter('blur'), filter('blur')], 'jpg 4000x3000 > filter(blur) | filter(blur) > jpg 85'],
    [
      'sharpen before blur',
      [filter('sharpen'), filter('blur')],
      'jpg 4000x3000 > filter(sharpen) | filter(blur) > jpg 85',
    ],
  ])('%s', (_name, operations, line) => {
    expect(lineOf(jpg, operations)).toBe(line);
  });
});

describe('the plan turns late and cuts early, so that less is decoded and moved', () => {
  test.each<[string, Operation[], string]>([
    [
      'turns after scaling',
      [rotate(90), scale({ width: 1200 })],
      'jpg 4000x3000 reduced > scale 1600x1200 > turn 90 > jpg 85',
    ],
    [
      'several turns as one',
      [rotate(90), flip('horizontal'), scale({ height: 400 }), rotate(270)],
      'jpg 4000x3000 reduced > scale 400x300 > mirror turn 180 > jpg 85',
    ],
    [
      'turns that undo each other',
      [rotate(90), flip('vertical'), flip('vertical'), rotate(270)],
      'jpg 4000x3000 > jpg 85',
    ],
    ['what fits is left as it is', [scale({ width: 4000 }), filter('blur')], 'jpg 4000x3000 > filter(blur) > jpg 85'],
    [
      'a filter keeps its place',
      [rotate(90), filter('blur'), scale({ width: 300 })],
      'jpg 4000x3000 > turn 90 > filter(blur) | scale 300x400 > jpg 85',
    ],
  ])('%s', (_name, operations, line) => {
    expect(lineOf(jpg, operations)).toBe(line);
  });

  test.each<[string, Operation[], string]>([
    [
      'a cut as a cut of a reduced whole, where its edges lie on pixels',
      [crop({ width: 2000, height: 1500, x: 1000, y: 600 }), scale({ width: 500 })],
      'jpg 4000x3000 reduced > scale 1000x750 | cut 500x375+250+150 > jpg 85',
    ],
    [
      'or of twice the detail',
      [crop({ width: 3000, height: 2000, x: 607, y: 611 }), scale({ width: 300 })],
      'jpg 4000x3000 reduced > scale 803x603 | cut 602x402+122+123 > scale 300x200 > jpg 85',
    ],
    [
      'not where the decoder would gain nothing',
      [crop({ width: 2000, height: 1500, x: 1000, y: 600 }), scale({ width: 1000 })],
      'jpg 4000x3000 | cut 2000x1500+1000+600 > scale 1000x750 > jpg 85',
    ],
    [
      'cuts as one, before turns, and pads after them',
      [
        rotate(90),
        crop({ width: 1000, height: 2000, x: 10, y: 20 }),
        crop({ width: 500, height: 600, gravity: 'northwest' }),
        pad({ left: 7 }),
        rotate(90),
      ],
      'jpg 4000x3000 | cut 600x500+20+2490 > turn 180 > pad 7,0,0,0 #ffffff > jpg 85',
    ],
    [
      'only the part of what is enlarged that is kept',
      [resize(8000, 2000, 'cover', { gravity: 'north' })],
      'jpg 4000x3000 | enlarge 8000x6000 cut 8000x2000+0+0 > jpg 85',
    ],
    [
      'a choice by the pixels before what is chosen is enlarged',
      [rotate(90), resize(2000, 8000, 'cover', { gravity: 'attention' })],
      'jpg 4000x3000 | enlarge 8000x6000 choose 8000x2000 by attention > turn 90 > jpg 85',
    ],
    [
      'the side that shrinks before the one that grows',
      [resize(5000, 300)],
      'jpg 4000x3000 > scale 4000x300 | enlarge 5000x300 > jpg 85',
    ],
    [
      'a choice by the pixels in a pass of its own',
      [rotate(90), resize(300, 300, 'cover', { gravity: 'attention' }), pad({ top: 1, color: '#fff' })],
      'jpg 4000x3000 reduced > scale 400x300 > turn 90 | choose 300x300 by attention > pad 1,0,0,0 #ffffff > jpg 85',
    ],
  ])('%s', (_name, operations, line) => {
    expect(lineOf(jpg, operations)).toBe(line);
  });

  test('setting upright is a turn like any other', () => {
    const held = { ...jpg, width: 3000, height: 4000 };
    expect(lineOf(held, [scale({ width: 300 })], { orientation: 6 })).toBe(
      'jpg 3000x4000 reduced > scale 400x300 > turn 90 > jpg 85',
    );
    expect(lineOf(held, [rotate(270), scale({ width: 400 })], { orientation: 6 })).toBe(
      'jpg 3000x4000 reduced > scale 400x300 > jpg 85',
    );
  });
});

describe('adjusting', () => {
  test.each<[string, Operation[], string]>([
    [
      'joins what comes before it',
      [scale({ width: 400 }), filter('blur'), adjust({ hue: 9 })],
      'jpg 4000x3000 reduced > scale 400x300 > filter(blur) > adjust(100,100,100,9) > jpg 85',
    ],
    [
      'not what sharpens, which sharp would do in its middle',
      [filter('sharpen'), adjust({ hue: 9 }), filter('sharpen')],
      'jpg 4000x3000 > filter(sharpen) | adjust(100,100,100,9) | filter(sharpen) > jpg 85',
    ],
  ])('%s', (_name, operations, line) => {
    expect(lineOf(jpg, operations)).toBe(line);
  });
});

describe('transparency', () => {
  test('a filter of a transparent picture has a pass of its own, and puts the transparency back', () => {
    expect(lineOf(png, [resize(40, 30), filter('blur')], { hasAlpha: true })).toBe(
      'png 400x300 > scale 40x30 | filter(blur) > alpha back | png',
    );
  });

  test('a padded picture is transparent', () => {
    expect(lineOf(png, [resize(40, 90, 'contain'), filter('sharpen')])).toContain('alpha back');
  });

  test.each<[string, Operation[], string]>([
    ['at once where nothing is done', [], 'png 400x300 > on white > jpg 85'],
    [
      'at once where it is only moved',
      [scale({ width: 200 }), rotate(90), pad({ top: 1, color: '#0000ff80' })],
      'png 400x300 > on white > scale 200x150 > turn 90 > pad 1,0,0,0 #7f7fff > jpg 85',
    ],
    [
      'behind what changes values',
      [scale({ width: 200 }), filter('blur'), scale({ width: 100 }), pad({ top: 1 })],
      'png 400x300 > scale 200x150 | filter(blur) > alpha back | on white > scale 100x75 > pad 1,0,0,0 #ffffff > jpg 85',
    ],
    [
      'behind a choice of place',
      [crop({ width: 200, height: 200, gravity: 'attention' }), rotate(90)],
      'png 400x300 | choose 200x200 by attention | on white > turn 90 > jpg 85',
    ],
    [
      'after pixels have chosen what is enlarged',
      [resize(800, 300, 'cover', { gravity: 'attention' })],
      'png 400x300 | enlarge 800x600 choose 800x300 by attention > on white > jpg 85',
    ],
  ])('is laid on white for a JPEG %s', (_name, operations, line) => {
    expect(lineOf(png, [convert('jpg'), ...operations], { hasAlpha: true })).toBe(line);
  });

  test('of pads is laid on white for a JPEG, too', () => {
    expect(lineOf(png, [pad({ top: 1 }), adjust({ brightness: 50 }), convert('jpg')])).toBe(
      'png 400x300 > pad 1,0,0,0 transparent | adjust(50,100,100,0) > alpha back | on white > jpg 85',
    );
  });

  test('costs an opaque picture nothing', () => {
    expect(lineOf(png, [convert('jpg'), filter('blur'), filter('sharpen'), pad({ top: 1, color: '#000' })])).toBe(
      'png 400x300 > filter(blur) > filter(sharpen) | pad 1,0,0,0 #000000 > jpg 85',
    );
  });
});

describe('the encoding', () => {
  test('is lossless for a PNG, and a palette where compress asks for it', () => {
    expect(lineOf(png, [])).toBe('png 400x300 > png');
    expect(lineOf(png, [compress(60)])).toBe('png 400x300 > png palette 60');
  });

  test('is lossless for a PNG that is too large for a palette', () => {
    expect(lineOf(png, [resize(4001, 4000), compress(60)])).toBe('png 400x300 | enlarge 4001x4000 > png');
  });
});
