import { describe, expect, test } from 'vitest';
import { unsupportedJpegKind } from '../../../src/imaging/infrastructure/files/jpeg-kind.ts';
import { frameOf, type JpegFrame, partsOf } from '../../../src/imaging/infrastructure/files/jpeg-segments.ts';
import { mendedJpeg } from '../../../src/imaging/infrastructure/files/mended-jpeg.ts';
import { jpegSegment } from '../../support/file-parts.ts';

const START = Buffer.of(0xff, 0xd8);
const END = Buffer.of(0xff, 0xd9);
const SCAN_DATA = Buffer.of(0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56);
const tables = jpegSegment(0xdb, Buffer.alloc(65, 1));

/** A frame's header: 8 bits a channel unless told otherwise, 16 pixels wide. */
function frame({ marker = 0xc0, bits = 8, height = 16, components = 3 } = {}): Buffer {
  const data = Buffer.alloc(6 + 3 * components, 1);
  data[0] = bits;
  data.writeUInt16BE(height, 1);
  data.writeUInt16BE(16, 3);
  data[5] = components;
  return jpegSegment(marker, data);
}

function scan(first = 0, last = 63, bits = 0): Buffer {
  return jpegSegment(0xda, Buffer.of(1, 1, 0, first, last, bits));
}

const adobe = (transform: number) =>
  jpegSegment(0xee, Buffer.from(`Adobe\0d\0\0\0\0${String.fromCharCode(transform)}`, 'latin1'));
const jfif = (major: number) =>
  jpegSegment(0xe0, Buffer.concat([Buffer.from('JFIF\0', 'latin1'), Buffer.of(major, 1, 0, 0, 1, 0, 1, 0, 0)]));

const whole = (...segments: Buffer[]) => Buffer.concat([START, ...segments, SCAN_DATA, END]);

describe('what a decoder only warns of is set right', () => {
  const clean = whole(tables, frame(), scan());
  const stray = Buffer.of(7, 0xff, 0x00, 9);

  test.each([
    ['stray bytes after the first marker', whole(stray, tables, frame(), scan()), clean],
    ['stray bytes before the frame', whole(tables, stray, frame(), scan()), clean],
    ['stray bytes before the scan', whole(tables, frame(), stray, scan()), clean],
    ['a scan that says it has no coefficients', whole(tables, frame(), scan(0, 0)), clean],
    ['a scan that says it begins late', whole(tables, frame(), scan(1)), clean],
    ['a scan that says it is half precise', whole(tables, frame(), scan(0, 63, 0x11)), clean],
    ['extended, the same', whole(frame({ marker: 0xc1 }), scan(0, 0)), whole(frame({ marker: 0xc1 }), scan())],
    [
      'an Adobe transform for four components in three',
      whole(adobe(2), frame(), scan()),
      whole(adobe(1), frame(), scan()),
    ],
    ['an Adobe transform that nobody knows', whole(adobe(9), frame(), scan()), whole(adobe(1), frame(), scan())],
    [
      'one in four components',
      whole(adobe(1), frame({ components: 4 }), scan()),
      whole(adobe(2), frame({ components: 4 }), scan()),
    ],
    ['a JFIF of version 3', whole(jfif(3), frame(), scan()), whole(jfif(1), frame(), scan())],
    [
      'several at once',
      whole(stray, jfif(0), tables, stray, frame(), scan(5, 5)),
      whole(jfif(1), tables, frame(), scan()),
    ],
  ])('%s', (_, file, expected) => {
    expect(mendedJpeg(file)?.equals(expected)).toBe(true);
  });

  test('between two scans, where it cannot be data', () => {
    const progressive = (...between: Buffer[]) =>
      Buffer.concat([
        START,
        frame({ marker: 0xc2 }),
        scan(0, 0),
        SCAN_DATA,
        tables,
        ...between,
        scan(1, 5),
        SCAN_DATA,
        END,
      ]);
    expect(mendedJpeg(progressive(stray))?.equals(progressive())).toBe(true);
  });

  test.each([
    ['nothing', clean],
    ['fill bytes', whole(tables, Buffer.of(0xff, 0xff), frame(), scan())],
    [
      'an Adobe segment that is too short',
      whole(jpegSegment(0xee, Buffer.from('Adobe\0d', 'latin1')), frame(), scan()),
    ],
    ['what other programs keep in such a segment', whole(jpegSegment(0xee, Buffer.alloc(20, 9)), frame(), scan())],
    [
      'the scans of a progressive picture',
      Buffer.concat([START, frame({ marker: 0xc2 }), scan(1, 5, 2), SCAN_DATA, END]),
    ],
    ['bytes behind the end', Buffer.concat([clean, stray])],
    ['data of a scan that begins too early', whole(tables, frame(), scan(), stray)],
    ['a file without a frame', whole(stray, tables)],
    ['a file of nothing but faults', whole(frame(), ...Array<Buffer>(2_000).fill(Buffer.of(7, 0xff, 0x01)), scan())],
    ['a file that ends in a segment', Buffer.concat([START, tables, frame(), tables.subarray(0, 9)])],
    ['no file', Buffer.alloc(0)],
  ])('%s is left alone', (_, file) => {
    expect(mendedJpeg(file)).toBeNull();
  });
});

test('parts follow each other without a gap', () => {
  const file = whole(Buffer.of(1, 2), tables, Buffer.of(0xff), frame(), scan());
  const parts = [...partsOf(file)];
  expect(parts.map(({ kind }) => kind)).toEqual(['stray', 'segment', 'segment', 'segment', 'scan', 'segment']);
  expect(parts.map(({ start }) => start)).toEqual([2, ...parts.slice(0, -1).map(({ end }) => end)]);
  expect(parts.at(-1)?.end).toBe(file.length);
});

const kindOf = (file: Buffer) => unsupportedJpegKind(frameOf(file) as JpegFrame);

describe('a JPEG of a kind that no decoder here reads', () => {
  test.each([
    [frame({ bits: 12, marker: 0xc1 }), 'one of 12 bits a channel'],
    [frame({ marker: 0xc3 }), 'a lossless one'],
    [frame({ marker: 0xc6 }), 'a hierarchical one'],
    [frame({ marker: 0xcb }), 'a lossless one'],
    [frame({ height: 0 }), 'one without a height in its header'],
  ])('is named (%#)', (header, kind) => {
    expect(kindOf(whole(tables, header, scan()))).toBe(kind);
  });

  test.each([
    ['baseline', whole(tables, frame(), scan())],
    ['progressive', whole(frame({ marker: 0xc2 }), scan())],
    ['arithmetic', whole(frame({ marker: 0xc9 }), scan())],
  ])('is not one of %s', (_, file) => {
    expect(kindOf(file)).toBeNull();
  });
});
