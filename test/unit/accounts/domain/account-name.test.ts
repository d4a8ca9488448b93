import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldedName, isShortEnough, isUsername, mayBeNamed } from '../../../../src/accounts/domain/account-name.ts';

describe('foldedName', () => {
  test.each([
    ['ADA', 'ada'],
    ['ｇｒａｃｅ', 'grace'],
    ['Straße', 'STRASSE'],
    ['ὈΔΥΣΣΕΎΣ', 'ὀδυσσεύς'],
    ['\u212Aelvin', 'kelvin'],
    ['e\u0301tude', '\u00c9TUDE'],
  ])('takes %s and %s for one name', (one, other) => {
    expect(foldedName(one)).toBe(foldedName(other));
  });

  test('does not depend on case, and folding twice is folding once', () => {
    const letter = fc
      .integer({ min: 0, max: 0x1_ffff })
      .map((code) => String.fromCodePoint(code))
      .filter((c) => /[\p{L}\p{N}@.+_-]/u.test(c));
    fc.assert(
      fc.property(fc.string({ unit: letter, minLength: 1, maxLength: 20 }), (name) => {
        const folded = foldedName(name);
        expect([name.toUpperCase(), folded].map(foldedName)).toEqual([folded, folded]);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('isUsername', () => {
  test.each(['a', 'Ada.Lovelace+1_x-y', 'ada@example.com', 'Ådá', '李', '٣', 'x'.repeat(150), '𐐀'.repeat(150)])(
    'takes %s',
    (name) => {
      expect(isUsername(name)).toBe(true);
    },
  );

  test.each([
    '',
    'a b',
    'a/b',
    'a\nb',
    'a\u0000',
    '<a>',
    '🙂',
    'a\u202eb',
    'x'.repeat(151),
    '½',
    '\ufdfa',
    'ﬃ'.repeat(100),
  ])('refuses %j', (name) => {
    expect(isUsername(name)).toBe(false);
  });
});

test.each([
  ['ada', 'ada@example.com', true],
  ['Ada@Example.com', 'ada@EXAMPLE.com', true],
  ['other@example.com', 'ada@example.com', false],
  ['@', 'ada@example.com', false],
])('%s with the e-mail %s: %s', (username, email, allowed) => {
  expect(mayBeNamed(username, email)).toBe(allowed);
});

test('an e-mail is at most 254 characters long, also as it is compared', () => {
  const domain = '@example.com';
  expect(isShortEnough('x'.repeat(254 - domain.length) + domain)).toBe(true);
  expect(isShortEnough('x'.repeat(255 - domain.length) + domain)).toBe(false);
  expect(isShortEnough('\ufdfa'.repeat(20) + domain)).toBe(false);
});
