import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { pictureProblems, workProblems } from '../../../src/imaging/domain/errors.ts';
import { partsOf } from '../../../src/imaging/infrastructure/files/jpeg-segments.ts';
import { useEngine } from '../../support/engine.ts';
import { jpegSegment, withJpegSegments } from '../../support/file-parts.ts';
import { convert, resize } from '../../support/operations.ts';
import { image, photograph } from '../../support/pictures.ts';

const engine = useEngine();
const picture = image(photograph(300, 200));
/** What begins a file that is taken for a JPEG. */
const comment = jpegSegment(0xfe, Buffer.from('a comment'));
const clean = withJpegSegments(await picture.jpeg({ quality: 90 }).toBuffer(), comment);
const progressive = withJpegSegments(await picture.jpeg({ quality: 90, progressive: true }).toBuffer(), comment);
const STRAY = Buffer.of(7, 0xff, 0x00, 9);

/** Where the first segment of a kind begins. */
function placeOf(file: Buffer, marker: number): number {
  for (const part of partsOf(file)) if (part.marker === marker) return part.start;
  throw new Error('Expected a JPEG with such a segment.');
}

function withBytesBefore(file: Buffer, marker: number, bytes: Buffer): Buffer {
  const at = placeOf(file, marker);
  return Buffer.concat([file.subarray(0, at), bytes, file.subarray(at)]);
}

function withByte(file: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(file);
  copy[at] = value;
  return copy;
}

/** Where the data of the only scan begins. */
const data = placeOf(clean, 0xda) + 2 + clean.readUInt16BE(placeOf(clean, 0xda) + 2);

async function bytesOf(file: Buffer, operations = [resize(150, 100), convert('png')]): Promise<Buffer> {
  return readFile((await engine.process(file, operations)).path);
}

describe('a JPEG that decoders only warn of comes out as one that they do not warn of', () => {
  test.each([
    ['a scan that says it has no coefficients, as Samsung’s', withByte(clean, data - 2, 0)],
    ['stray bytes before tables of quantization', withBytesBefore(clean, 0xdb, STRAY)],
    ['stray bytes before tables of codes', withBytesBefore(clean, 0xc4, STRAY)],
    ['stray bytes before the frame', withBytesBefore(clean, 0xc0, STRAY)],
    ['stray bytes before the scan', withBytesBefore(clean, 0xda, STRAY)],
    ['100 kB of stray bytes', withBytesBefore(clean, 0xdb, Buffer.alloc(100_000, 5))],
    ['fill bytes', withBytesBefore(clean, 0xda, Buffer.of(0xff, 0xff, 0xff))],
    [
      'an Adobe transform of two',
      withJpegSegments(clean, jpegSegment(0xee, Buffer.from('Adobe\0d\0\0\0\0\x02', 'latin1'))),
    ],
    [
      'an Adobe segment that is too short',
      withJpegSegments(clean, jpegSegment(0xee, Buffer.from('Adobe\0d', 'latin1'))),
    ],
    [
      'an Adobe segment that is longer than it says',
      withJpegSegments(clean, jpegSegment(0xee, Buffer.from('Adobe\0d\0\0\0\0', 'latin1')), Buffer.of(1)),
    ],
    ['stray bytes after the scan', Buffer.concat([clean.subarray(0, -2), STRAY, clean.subarray(-2)])],
    ['several at once', withBytesBefore(withByte(clean, data - 2, 0), 0xdb, STRAY)],
  ])('%s', async (_, file) => {
    expect((await bytesOf(file)).equals(await bytesOf(clean))).toBe(true);
    expect((await bytesOf(file, [])).equals(await bytesOf(clean, []))).toBe(true);
  });

  test('stray bytes in a progressive one', async () => {
    expect((await bytesOf(withBytesBefore(progressive, 0xdb, STRAY))).equals(await bytesOf(progressive))).toBe(true);
  });
});

describe('a JPEG that has lost pixels fails', () => {
  const { imageCorrupt, imageTruncated } = workProblems;
  const middle = Math.floor((data + clean.length) / 2);
  const harmless = withBytesBefore(clean, 0xdb, STRAY);

  test.each([
    ['where data end too early', Buffer.concat([clean.subarray(0, middle), clean.subarray(-2)]), imageCorrupt],
    // Ones are no code: decoders stop at them.
    ['where data are no codes', Buffer.from(clean).fill(0xfe, middle, middle + 60), imageCorrupt],
    ['in its last rows', Buffer.concat([clean.subarray(0, -42), clean.subarray(-2)]), imageCorrupt],
    ['where a scan of several is gone', withoutSecondScan(progressive), imageCorrupt],
    [
      'behind what decoders only warn of',
      Buffer.concat([harmless.subarray(0, middle), clean.subarray(-2)]),
      imageCorrupt,
    ],
    ['at its end', clean.subarray(0, middle), imageTruncated],
    ['at its end, behind what decoders only warn of', harmless.subarray(0, middle), imageTruncated],
  ])('%s', async (_, file, problem) => {
    await expect(engine.process(file, [resize(150, 100)])).rejects.toMatchObject({ problem });
    await expect(engine.process(file, [])).rejects.toMatchObject({ problem });
  });

  function withoutSecondScan(file: Buffer): Buffer {
    const parts = [...partsOf(file)];
    const [first, second] = parts.filter(({ marker }) => marker === 0xda);
    const scan = parts.find(({ kind, start }) => kind === 'scan' && start === second?.end);
    if (!first || !second || !scan) throw new Error('Expected a JPEG of several scans.');
    return Buffer.concat([file.subarray(0, second.start), file.subarray(scan.end)]);
  }
});

describe('a JPEG of a kind that decoders leave out is refused as such', () => {
  const frame = placeOf(clean, 0xc0);

  test.each([
    ['12 bits a channel', withByte(clean, frame + 4, 12), 'received one of 12 bits a channel.'],
    ['lossless', withByte(clean, frame + 1, 0xc3), 'received a lossless one.'],
    ['hierarchical', withByte(clean, frame + 1, 0xc5), 'received a hierarchical one.'],
    [
      'a height at its end',
      withByte(withByte(clean, frame + 5, 0), frame + 6, 0),
      'received one without a height in its header.',
    ],
    [
      'behind 300 kB of metadata',
      withJpegSegments(
        withByte(clean, frame + 4, 12),
        ...Array<Buffer>(5).fill(jpegSegment(0xe1, Buffer.alloc(60_000))),
      ),
      'received one of 12 bits a channel.',
    ],
  ])('%s', async (_, file, words) => {
    await expect(engine.process(file, [])).rejects.toMatchObject({
      problem: pictureProblems.unsupportedJpeg,
      detail: expect.stringContaining(words),
    });
  });
});
