import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectation, secretExpectation, shown } from '../../../src/shared/expectation.ts';

describe('shown', () => {
  test.each<[unknown, string]>([
    ['text', '"text"'],
    ['', '""'],
    ['say "hi"\n\t\\', '"say \\"hi\\"\\n\\t\\\\"'],
    ['\u0000\u001b\u007f\u0085', '"\\u0000\\u001b\\u007f\\u0085"'],
    ['a\u2028b\u202ec\u200bd', '"a\\u2028b\\u202ec\\u200bd"'],
    ['\ud800', '"\\ud800"'],
    ['🙂', '"🙂"'],
    ['x'.repeat(64), `"${'x'.repeat(64)}"`],
    ['x'.repeat(65), `"${'x'.repeat(64)}…"`],
    [`${'x'.repeat(63)}\n`, `"${'x'.repeat(63)}…"`],
    [5, '5'],
    [-0.5, '-0.5'],
    [1e300, '1e+300'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'nothing'],
    [{ password: 'hunter2' }, 'an object'],
    [['hunter2', 'b'], 'an array of 2'],
  ])('%j as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  test('never breaks the line, hides nothing and stays short, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const result = shown(text);
        expect(result).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(result.isWellFormed()).toBe(true);
        expect(result.length).toBeLessThanOrEqual(64 + 3);
        // The escapes are those of JSON, so what is shown can be read back.
        expect(text.toWellFormed().startsWith(JSON.parse(result.replace('…"', '"')).toWellFormed())).toBe(true);
      }),
      { seed: 3, numRuns: 1000 },
    );
  });
});

test('the sentence names what, where and what came', () => {
  expect(expectation('an integer', 'width', 'wide')).toBe('Expected an integer for width, received "wide"');
});

test.each<[unknown, string]>([
  ['hunter2', 'a text of 7 characters'],
  ['🔑🔑', 'a text of 2 characters'],
  [12345678, 'a value of type number'],
  [{ a: 'hunter2' }, 'a value of type object'],
  [['hunter2'], 'an array'],
  [null, 'null'],
  [undefined, 'nothing'],
])('of the secret %j it tells %s', (value, kind) => {
  expect(secretExpectation('a password', 'password', value)).toBe(`Expected a password for password, received ${kind}`);
});
