import { expect, test } from 'vitest';
import { pictureKindOf } from '../../../src/image-jobs/infrastructure/http/upload/picture-kind.ts';
import { image, plain } from '../../support/pictures.ts';

/** The box that begins a file of this family, and names its brands. */
function ftyp(brand: string): Buffer {
  const box = Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1miaf`, 'latin1');
  return Buffer.concat([box, Buffer.alloc(100)]);
}

/** A TIFF whose directory lies beyond what has come of it. */
const tiff = Buffer.concat([Buffer.from('II*\0\xff\xff\xff\0', 'latin1'), Buffer.alloc(100)]);
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>';

test.each([
  ['a HEIC picture, as iPhones make them', ftyp('heic')],
  ['a HEIC picture, as iPhones make them', ftyp('heix')],
  ['a HEIF picture', ftyp('mif1')],
  ['an AVIF picture', ftyp('avif')],
  [
    'an AVIF picture',
    await image(plain(8, 8, [1, 2, 3]))
      .avif()
      .toBuffer(),
  ],
  [
    'a GIF picture',
    await image(plain(8, 8, [1, 2, 3]))
      .gif()
      .toBuffer(),
  ],
  [
    'a TIFF picture',
    await image(plain(8, 8, [1, 2, 3]))
      .tiff()
      .toBuffer(),
  ],
  ['a TIFF picture', tiff],
  ['a PDF document', Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')],
  ['an SVG drawing', Buffer.from(svg)],
  [
    'an SVG drawing',
    Buffer.from(
      `\uFEFF<?xml version="1.0"?>\n<!-- <html> -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "a">\n${svg}`,
    ),
  ],
  ['a file of type application/zip', Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1')],
  ['other bytes', Buffer.from(`<html>${svg}</html>`)],
  ['other bytes', Buffer.from('hello, this is a text')],
  ['other bytes', Buffer.alloc(0)],
])('%s (%#)', async (kind, bytes) => {
  expect(await pictureKindOf(bytes.subarray(0, 4_100))).toBe(kind);
});

test('a text that could be read in many ways takes no time to be none', async () => {
  expect(await pictureKindOf(Buffer.from('<!-- '.repeat(20_000)))).toBe('other bytes');
  expect(await pictureKindOf(Buffer.from(`${'<!---->'.repeat(5_000)}!`))).toBe('other bytes');
});
