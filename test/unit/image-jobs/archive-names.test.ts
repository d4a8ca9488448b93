import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArchiveNames } from '../../../src/image-jobs/domain/archive-names.ts';

const nameOf = (original: string) => new ArchiveNames().add({ original, extension: 'webp' });

test.each([
  ['holiday.jpg', 'holiday.webp'],
  ['holiday', 'holiday.webp'],
  ['a.b.c.jpg', 'a.b.c.webp'],
  ['.jpg', 'image.webp'],
  ['', 'image.webp'],
  ['   .png', 'image.webp'],
  ['../../etc/passwd.png', '_.._etc_passwd.webp'],
  ['..\\..\\x.png', '_.._x.webp'],
  ['/absolute.png', '_absolute.webp'],
  ['C:evil.png', 'C_evil.webp'],
  ['a<b>c"d|e?f*.png', 'a_b_c_d_e_f_.webp'],
  ['line\nfeed\0\u202egnp.jpg', 'linefeedgnp.webp'],
  ['.hidden.png', 'hidden.webp'],
  ['ends with dots...  .png', 'ends with dots.webp'],
  ['CON.png', '_CON.webp'],
  ['nul.tar.png', '_nul.tar.webp'],
  ['Com1 .png', '_Com1.webp'],
  ['LPT².png', '_LPT².webp'],
  ['console.png', 'console.webp'],
  ['lone \ud800 surrogate.png', 'lone \ufffd surrogate.webp'],
  ['u\u0308ber.png', '\u00fcber.webp'],
  ['写真.jpg', '写真.webp'],
  // What one cannot cut is as long as a name, and what is left of it a device.
  [`a${'\u0301'.repeat(200)}.jpg`, 'image.webp'],
  [`nula${'\u0301'.repeat(200)}.jpg`, '_nul.webp'],
])('%j becomes %j', (original, expected) => {
  expect(nameOf(original)).toBe(expected);
});

test('an output follows the name of its original', () => {
  const names = new ArchiveNames();
  expect(names.add({ original: 'cat.jpg', output: 'small', extension: 'webp' })).toBe('cat-small.webp');
  expect(names.add({ original: 'cat.jpg', output: 'large', extension: 'jpg' })).toBe('cat-large.jpg');
});

test('files of one name are counted, without regard to case', () => {
  const names = new ArchiveNames();
  const added = ['Cat.jpg', 'cat.png', 'CAT.webp', 'cat (2).jpg', 'cät.jpg', 'ca\u0308t.jpg'].map((original) =>
    names.add({ original, extension: 'webp' }),
  );
  expect(added).toEqual(['Cat.webp', 'cat (2).webp', 'CAT (3).webp', 'cat (2) (2).webp', 'cät.webp', 'cät (2).webp']);
  expect(names.add({ original: 'cat.jpg', extension: 'jpg' })).toBe('cat.jpg');
});

test('a long name is cut between characters, and keeps what tells it from others', () => {
  const names = new ArchiveNames();
  // A flag is two characters of four bytes each, and 38 bytes are the end of the name.
  const file = { original: `${'🇨🇭'.repeat(30)}.jpg`, output: 'a'.repeat(32), extension: 'webp' };
  expect(names.add(file)).toBe(`${'🇨🇭'.repeat(20)}-${'a'.repeat(32)}.webp`);
  expect(names.add(file)).toBe(`${'🇨🇭'.repeat(19)}-${'a'.repeat(32)} (2).webp`);
});

test('any names become safe, and none is there twice', () => {
  const original = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 255 }),
    fc.string({
      unit: fc.constantFrom('.', ' ', '/', '\\', 'a', 'A', 'é', '\u0301', '\0', '\ud800', 'NUL'),
      maxLength: 9,
    }),
  );
  fc.assert(
    fc.property(fc.array(original, { maxLength: 50 }), (originals) => {
      const names = new ArchiveNames();
      const added = originals.map((each) => names.add({ original: each, extension: 'png' }));
      for (const name of added) {
        expect(name).toMatch(/^[^./\\<>:"|?*\p{Cc}][^/\\<>:"|?*\p{Cc}]*(?<![. ])\.png$/u);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
        expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\s*\./i);
      }
      expect(new Set(added.map((name) => name.toLowerCase())).size).toBe(added.length);
    }),
  );
});
