import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/accounts/domain/caller.ts';
import { parseWantedForm } from '../../../src/image-jobs/infrastructure/http/wanted/parse-wanted.ts';
import { ANONYMOUS, MEMBER } from '../../support/callers.ts';

/** What the parts of a form's `operations` are parsed to. */
function parseOperations(operations: readonly string[], caller: Caller) {
  const { wanted, faults } = parseWantedForm({ operations }, caller);
  return { operations: wanted.outputs[0]?.operations ?? [], faults };
}

/** What one operation is parsed to, or the faults that it has. */
function parsed(operation: unknown, caller: Caller = MEMBER): unknown {
  const { operations, faults } = parseOperations([JSON.stringify([operation])], caller);
  return faults.length === 0 ? operations[0] : faults.map(({ pointer, code, detail }) => [pointer, code, detail]);
}

const resize = (parameters: unknown) => ({ operation_type: 'resize', parameters });
const compress = (parameters: unknown) => ({ operation_type: 'compress', parameters });
const convert = (parameters: unknown) => ({ operation_type: 'convert', parameters });
const scale = (parameters: unknown) => ({ operation_type: 'scale', parameters });
const rotate = (parameters: unknown) => ({ operation_type: 'rotate', parameters });
const flip = (parameters: unknown) => ({ operation_type: 'flip', parameters });
const crop = (parameters: unknown) => ({ operation_type: 'crop', parameters });
const pad = (parameters: unknown) => ({ operation_type: 'pad', parameters });
const adjust = (parameters: unknown) => ({ operation_type: 'adjust', parameters });
const filter = (parameters: unknown) => ({ operation_type: 'filter', parameters });

describe('what is right', () => {
  test.each([
    [resize({ width: 1, height: 10_000 }), resize({ width: 1, height: 10_000, fit: 'fill' })],
    ...['fill', 'cover', 'contain', 'inside', 'outside'].map((fit) => {
      const operation = resize({ width: 2, height: 3, fit });
      return [operation, operation] as [object, object];
    }),
    [compress({ quality: 10 }), compress({ quality: 10, effort: 'balanced' })],
    [compress({ quality: 95, effort: 'small' }), compress({ quality: 95, effort: 'small' })],
    [compress({ effort: 'fast', quality: 8e1 }), compress({ quality: 80, effort: 'fast' })],
    [compress({ max_bytes: 1_000 }), compress({ max_bytes: 1_000, effort: 'balanced' })],
    [
      compress({ max_bytes: 5e9, quality: 70 }),
      compress({ quality: 70, max_bytes: 5_000_000_000, effort: 'balanced' }),
    ],
    [convert({ format: 'jpg' }), convert({ format: 'jpg' })],
    [convert({ format: 'PNG' }), convert({ format: 'png' })],
    [convert({ format: 'WebP' }), convert({ format: 'webp' })],
    [convert({ format: 'JPEG' }), convert({ format: 'jpg' })],
    [scale({ width: 10 }), scale({ width: 10, enlarge: false })],
    [scale({ height: 10_000, enlarge: true }), scale({ height: 10_000, enlarge: true })],
    [rotate({ angle: 270 }), rotate({ angle: 270 })],
    [flip({ axis: 'vertical' }), flip({ axis: 'vertical' })],
    [crop({ width: 3, height: 4 }), crop({ width: 3, height: 4, gravity: 'center' })],
    [crop({ width: 3, height: 4, x: 0, y: 9 }), crop({ width: 3, height: 4, x: 0, y: 9 })],
    [crop({ width: 3, height: 4, gravity: 'attention' }), crop({ width: 3, height: 4, gravity: 'attention' })],
    [adjust({ hue: 1 }), adjust({ brightness: 100, contrast: 100, saturation: 100, hue: 1 })],
    [adjust({ brightness: 0, contrast: 200 }), adjust({ brightness: 0, contrast: 200, saturation: 100, hue: 0 })],
    [pad({ left: 3 }), pad({ top: 0, right: 0, bottom: 0, left: 3, color: 'transparent' })],
    [pad({ top: 1, color: '#AbC' }), pad({ top: 1, right: 0, bottom: 0, left: 0, color: '#abc' })],
    ...['#000000', '#12345678', 'transparent'].map((color) => {
      const padding = resize({ width: 2, height: 3, fit: 'contain', color });
      return [padding, padding] as [object, object];
    }),
    ...['center', 'southwest', 'entropy'].map((gravity) => {
      const covering = resize({ width: 2, height: 3, fit: 'cover', gravity });
      return [covering, covering] as [object, object];
    }),
    [filter({ type: 'greyscale' }), filter({ type: 'grayscale' })],
    ...['grayscale', 'blur', 'sharpen'].map((type) => [filter({ type }), filter({ type })] as [object, object]),
  ] satisfies [object, object][])('%j is taken, with its defaults', (sent, stored) => {
    expect(parsed(sent)).toEqual(stored);
  });

  test('the order is kept, and an empty list is one', () => {
    const list = [filter({ type: 'blur' }), resize({ width: 2, height: 2, fit: 'fill' }), filter({ type: 'blur' })];
    expect(parseOperations([JSON.stringify(list)], MEMBER)).toEqual({ operations: list, faults: [] });
    expect(parseOperations([' [ ] '], MEMBER)).toEqual({ operations: [], faults: [] });
  });

  test('a part may hold one object, and several parts are the array', () => {
    const parts = [filter({ type: 'blur' }), convert({ format: 'png' })];
    for (const count of [1, 2]) {
      const texts = parts.slice(0, count).map((part) => JSON.stringify(part));
      expect(parseOperations(texts, ANONYMOUS)).toEqual({ operations: parts.slice(0, count), faults: [] });
    }
  });
});

describe('what does not go together', () => {
  test('a scale without a side, told once its members are right by themselves', () => {
    expect(parsed(scale({ enlarge: true }))).toEqual([
      ['/operations/0/parameters', 'invalid_value', 'Expected width, height or both for scale, received nothing'],
    ]);
    expect(parsed(scale({ enlarge: 'yes' }))).toEqual([
      ['/operations/0/parameters/enlarge', 'invalid_value', 'Expected true or false for enlarge, received "yes"'],
    ]);
  });
});

describe('parameters that do not go together', () => {
  test.each<[object, string, string]>([
    [crop({ width: 1, height: 1, x: 1 }), '/y', 'Expected y beside x for crop, received nothing'],
    [crop({ width: 1, height: 1, y: 0 }), '/x', 'Expected x beside y for crop, received nothing'],
    [
      crop({ width: 1, height: 1, x: 0, y: 0, gravity: 'north' }),
      '/gravity',
      'Expected either x or gravity for crop, received "north"',
    ],
    [
      resize({ width: 1, height: 1, gravity: 'north' }),
      '/gravity',
      'Expected fit cover beside gravity for resize, received "fill"',
    ],
    [
      resize({ width: 1, height: 1, fit: 'inside', color: '#fff' }),
      '/color',
      'Expected fit contain beside color for resize, received "inside"',
    ],
    ...[{}, { brightness: 100 }, { brightness: 100, contrast: 100, saturation: 100, hue: 0 }].map(
      (same): [object, string, string] => [
        adjust(same),
        '',
        'Expected a brightness, contrast or saturation other than 100 or a hue above 0 for adjust, received "brightness 100, contrast 100, saturation 100, hue 0"',
      ],
    ),
    [pad({}), '', 'Expected top, right, bottom or left above 0 for pad, received 0'],
    [pad({ top: 0, color: '#fff' }), '', 'Expected top, right, bottom or left above 0 for pad, received 0'],
  ])('%j', (operation, member, detail) => {
    expect(parsed(operation)).toEqual([[`/operations/0/parameters${member}`, 'invalid_value', detail]]);
  });

  test('are all told of', () => {
    expect(parsed(crop({ width: 1, height: 1, y: 0, gravity: 'north' }))).toHaveLength(2);
    expect(parsed(resize({ width: 1, height: 1, gravity: 'north', color: '#fff' }))).toHaveLength(2);
  });
});

describe('what is out of range or of the wrong type', () => {
  test.each([
    '',
    '#',
    '#ff',
    '#ffff',
    '#fffff',
    '#fffffff',
    '#fffffffff',
    '#ggg',
    'fff',
    'white',
    'rgb(1,2,3)',
    '#fff ',
    ' #fff',
    '#fff\n',
    0,
    null,
    [],
    {},
  ])('a color of %j', (color) => {
    expect(parsed(pad({ top: 1, color }))).toEqual([
      [
        '/operations/0/parameters/color',
        'invalid_value',
        expect.stringMatching(/^Expected #rgb, #rrggbb, #rrggbbaa or transparent for color, received /),
      ],
    ]);
  });

  test.each([
    ['brightness', -1, 200],
    ['contrast', 201, 200],
    ['saturation', 1.5, 200],
    ['hue', 360, 359],
    ['hue', '90', 359],
  ])('an adjust with a %s of %j', (name, value, most) => {
    expect(parsed(adjust({ [name]: value }))).toEqual([
      [
        `/operations/0/parameters/${name}`,
        'invalid_value',
        `Expected an integer from 0 to ${most} for ${name}, received ${JSON.stringify(value)}`,
      ],
    ]);
  });

  test.each(['middle', 'CENTER', 'north-east', '', 1, null])('a gravity of %j', (gravity) => {
    expect(parsed(crop({ width: 1, height: 1, gravity }))).toEqual([
      ['/operations/0/parameters/gravity', 'invalid_value', expect.stringMatching(/^Expected one of center, north, /)],
    ]);
  });

  test.each([0, 45, 360, -90, '90', null])('an angle of %j', (angle) => {
    expect(parsed(rotate({ angle }))).toEqual([
      [
        '/operations/0/parameters/angle',
        'invalid_value',
        `Expected one of 90, 180, 270 for angle, received ${JSON.stringify(angle)}`,
      ],
    ]);
  });

  test.each([null, 0, 1, 'true', {}])('an enlarge of %j', (enlarge) => {
    expect(parsed(scale({ width: 1, enlarge }))).toEqual([
      [
        '/operations/0/parameters/enlarge',
        'invalid_value',
        expect.stringMatching(/^Expected true or false for enlarge, received /),
      ],
    ]);
  });

  const values = [0, -1, 10_001, 1.5, 1e15, '80', '', true, null, [], [1], {}, { $gt: 0 }];
  const shown = (value: unknown) => {
    if (Array.isArray(value)) return `an array of ${value.length}`;
    return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
  };

  test.each(values)('a width of %j', (width) => {
    const what = 'an integer from 1 to 10000 (limit of signed-in callers)';
    expect(parsed(resize({ width, height: 1 }))).toEqual([
      ['/operations/0/parameters/width', 'invalid_value', `Expected ${what} for width, received ${shown(width)}`],
    ]);
  });

  test.each([9, 96, ...values])('a quality of %j', (quality) => {
    const what = 'an integer from 10 to 95 (limit of signed-in callers)';
    expect(parsed(compress({ quality }))).toEqual([
      ['/operations/0/parameters/quality', 'invalid_value', `Expected ${what} for quality, received ${shown(quality)}`],
    ]);
  });

  test.each([999, ...values.filter((value) => typeof value !== 'number' || value < 1_000)])(
    'most bytes of %j',
    (max_bytes) => {
      const detail = `Expected an integer of at least 1000 for max_bytes, received ${shown(max_bytes)}`;
      const ofBytes = ['/operations/0/parameters/max_bytes', 'invalid_value', detail];
      expect(parsed(compress({ max_bytes }))).toEqual([ofBytes]);
      expect(parsed(compress({ max_bytes, quality: 80 }))).toEqual([ofBytes]);
    },
  );

  test('a quality beside most bytes is checked as it is without them', () => {
    const what = 'an integer from 10 to 95 (limit of signed-in callers)';
    expect(parsed(compress({ quality: 9, max_bytes: 5_000 }))).toEqual([
      ['/operations/0/parameters/quality', 'invalid_value', `Expected ${what} for quality, received 9`],
    ]);
  });

  test.each([39, 81, 95])('a quality of %j, for an anonymous caller, with whose limit it is', (quality) => {
    const what = 'an integer from 40 to 80 (limit of anonymous callers)';
    expect(parsed(compress({ quality }), ANONYMOUS)).toEqual([
      ['/operations/0/parameters/quality', 'invalid_value', `Expected ${what} for quality, received ${quality}`],
    ]);
    for (const allowed of [40, 80]) expect(parsed(compress({ quality: allowed }), ANONYMOUS)).toBeTypeOf('object');
  });

  const noWords = ['Fill', 'stretch', '', ' fill', 1, null, true, ['fill'], {}];
  test.each([
    ['fit', 'fill, cover, contain, inside, outside', (fit: unknown) => resize({ width: 1, height: 1, fit })],
    ['effort', 'fast, balanced, small', (effort: unknown) => compress({ quality: 50, effort })],
    ['format', 'jpg, png, webp, avif', (format: unknown) => convert({ format })],
    ['type', 'grayscale, blur, sharpen', (type: unknown) => filter({ type })],
  ])('a %s that is not one of %s', (name, words, operation) => {
    for (const value of noWords) {
      expect(parsed(operation(value))).toEqual([
        [
          `/operations/0/parameters/${name}`,
          'invalid_value',
          `Expected one of ${words} for ${name}, received ${shown(value)}`,
        ],
      ]);
    }
  });

  test.each(['gif', 'heic', 'tiff', 'toString', '__proto__'])('the format %s', (format) => {
    expect(parsed(convert({ format }))).toMatchObject([
      ['/operations/0/parameters/format', 'invalid_value', expect.any(String)],
    ]);
  });

  test.each([
    [resize({ height: 1 }), 'width'],
    [resize({ width: 1 }), 'height'],
    [compress({ effort: 'fast' }), 'quality'],
    [convert({}), 'format'],
    [filter({}), 'type'],
  ])('%j lacks %s', (operation, name) => {
    expect(parsed(operation)).toEqual([
      [`/operations/0/parameters/${name}`, 'required', expect.stringMatching(`for ${name}, received nothing$`)],
    ]);
  });

  test('a value is shown escaped, and cut to 64 characters', () => {
    const [[, , detail]] = parsed(convert({ format: `<b>\n"\u0007${'x'.repeat(500)}` })) as [[string, string, string]];
    expect(detail).toBe(
      `Expected one of jpg, png, webp, avif for format, received "<b>\\n\\"\\u0007${'x'.repeat(64 - 13)}…"`,
    );
  });
});

describe('what is of the wrong shape', () => {
  test.each([null, 1, 'resize', true, [], [[]]])('an operation that is %j', (operation) => {
    expect(parsed(operation)).toMatchObject([
      ['/operations/0', 'invalid_value', expect.stringMatching(/^Expected an object/)],
    ]);
  });

  test.each(['turn', 'Resize', '', 1, null, ['resize'], { resize: 1 }, '__proto__', 'constructor'])(
    'an operation_type of %j',
    (operation_type) => {
      expect(parsed({ operation_type, parameters: {} })).toMatchObject([
        [
          '/operations/0/operation_type',
          'invalid_value',
          expect.stringMatching(
            /^Expected one of resize, scale, crop, rotate, flip, pad, compress, convert, filter, adjust for operation_type, received /,
          ),
        ],
      ]);
    },
  );

  test.each([null, 1, 'x', [], [{ width: 1, height: 1 }]])('parameters that are %j', (parameters) => {
    expect(parsed({ operation_type: 'resize', parameters })).toMatchObject([
      ['/operations/0/parameters', 'invalid_value', expect.stringMatching(/^Expected an object for parameters/)],
    ]);
  });

  test('members that nobody knows, at every level, those of every object included', () => {
    const text =
      '[{"operation_type":"convert","parameters":{"format":"png","__proto__":{"a":1},"toString":1,"a/b~c":2},"__proto__":{"parameters":1},"constructor":{}}]';
    const { operations, faults } = parseOperations([text], MEMBER);
    expect(operations).toEqual([]);
    expect(faults.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/operations/0/__proto__', 'unknown_field'],
      ['/operations/0/constructor', 'unknown_field'],
      ['/operations/0/parameters/__proto__', 'unknown_field'],
      ['/operations/0/parameters/toString', 'unknown_field'],
      ['/operations/0/parameters/a~1b~0c', 'unknown_field'],
    ]);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test('all faults are told at once, each with its place', () => {
    const list = [resize({ width: 0, height: null }), 5, filter({ type: 'emboss' }), { parameters: {} }];
    const { faults } = parseOperations([JSON.stringify(list)], MEMBER);
    expect(faults.map(({ pointer }) => pointer)).toEqual([
      '/operations/0/parameters/width',
      '/operations/0/parameters/height',
      '/operations/1',
      '/operations/2/parameters/type',
      '/operations/3/operation_type',
    ]);
  });
});

describe('what is no list', () => {
  test.each([
    [[], 'required'],
    [[''], 'invalid_json'],
    [['[{]'], 'invalid_json'],
    [['undefined'], 'invalid_json'],
    [["[{'operation_type': 'resize'}]"], 'invalid_json'],
    [['null'], 'invalid_value'],
    [['1'], 'invalid_value'],
    [['"[]"'], 'invalid_value'],
  ])('%j', (parts, code) => {
    expect(parseOperations(parts, MEMBER)).toMatchObject({
      operations: [],
      faults: [{ pointer: '/operations', code }],
    });
  });

  test('several parts that are no objects', () => {
    const { faults } = parseOperations(['[]', 'null'], MEMBER);
    expect(faults.map(({ pointer }) => pointer)).toEqual(['/operations/0', '/operations/1']);
  });

  test('is deeply nested', () => {
    const deep = `${'['.repeat(8000)}${']'.repeat(8000)}`;
    expect(parseOperations([deep], MEMBER).faults).toMatchObject([{ pointer: '/operations/0' }]);
    const objects = `${'{"parameters":'.repeat(1000)}1${'}'.repeat(1000)}`;
    expect(parseOperations([objects], MEMBER).operations).toEqual([]);
  });
});

describe('too many', () => {
  test.each([
    [ANONYMOUS, 2, 'anonymous callers'],
    [MEMBER, 10, 'signed-in callers'],
  ])('for %o', (caller, most, owner) => {
    const list = (count: number) => [JSON.stringify(Array.from({ length: count }, () => filter({ type: 'blur' })))];
    expect(parseOperations(list(most), caller).operations).toHaveLength(most);
    for (const count of [most + 1, 500]) {
      const detail = `Expected at most ${most} operations (limit of ${owner}) for operations, received ${count}`;
      expect(parseOperations(list(count), caller)).toEqual({
        operations: [],
        faults: [{ pointer: '/operations', code: 'over_limit', detail }],
      });
    }
  });
});
