import { readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { workProblems } from '../../../src/imaging/domain/errors.ts';
import { chunksOf } from '../../../src/imaging/infrastructure/files/png-chunks.ts';
import { pixelsOfFile, useEngine } from '../../support/engine.ts';
import { png, pngChunk, pngHeader } from '../../support/file-parts.ts';
import { compress, convert, resize } from '../../support/operations.ts';
import { image, photograph } from '../../support/pictures.ts';
import { colourChunk } from '../../support/png-files.ts';

const engine = useEngine();
const SIZE = { width: 60, height: 40 };
const picture = photograph(SIZE.width, SIZE.height);
const header = pngHeader(SIZE.width, SIZE.height);
/** Each row begins with the filter 0. */
const rows = Array.from({ length: SIZE.height }, (_, y) =>
  Buffer.concat([Buffer.of(0), picture.data.subarray(y * SIZE.width * 3, (y + 1) * SIZE.width * 3)]),
);
const packed = deflateSync(Buffer.concat(rows));
const pixels = (...data: Buffer[]) => data.map((part) => pngChunk('IDAT', part));
const wrong = Buffer.concat([packed.subarray(0, -4), Buffer.of(1, 2, 3, 4)]);

/** The chunk with another checksum. */
function altered(chunk: Buffer): Buffer {
  const copy = Buffer.from(chunk);
  copy[copy.length - 1] = (copy.at(-1) as number) ^ 1;
  return copy;
}

describe('a PNG whose checksum behind the pixels is wrong comes out as one where it is right', () => {
  test.each([
    ['wrong', pixels(wrong)],
    ['missing', pixels(packed.subarray(0, -4))],
    ['half of it', pixels(packed.subarray(0, -2))],
    ['in several chunks', pixels(wrong.subarray(0, 100), wrong.subarray(100, -2), wrong.subarray(-2))],
    ['with bytes behind it', pixels(Buffer.concat([wrong, Buffer.alloc(20)]))],
  ])('%s', async (_, chunks) => {
    const { path, warnings } = await engine.process(png(header, ...chunks), [convert('png')]);
    expect(warnings).toEqual([]);
    expect((await pixelsOfFile(path)).data.equals(picture.data)).toBe(true);
  });

  test.each([
    ['the only one', [altered(pixels(packed)[0] as Buffer)]],
    ['one of several', [altered(pixels(packed.subarray(0, 100))[0] as Buffer), ...pixels(packed.subarray(100))]],
    ['that of transparency that is not used', [altered(pngChunk('tRNS', Buffer.alloc(6))), ...pixels(packed)]],
  ])('of a chunk, %s', async (_, chunks) => {
    const { path } = await engine.process(png(header, ...chunks), [convert('png')]);
    expect((await pixelsOfFile(path)).data.equals(picture.data)).toBe(true);
  });

  // What ends the file, the checksum of the last chunk, and that of what it holds.
  test.each([12, 14, 16, 18, 20])('cut off by the last %d bytes', async (lost) => {
    for (const chunks of [pixels(packed), pixels(packed.subarray(0, 100), packed.subarray(100))]) {
      const { path } = await engine.process(png(header, ...chunks).subarray(0, -lost), [convert('png')]);
      expect((await pixelsOfFile(path)).data.equals(picture.data)).toBe(true);
    }
  });

  test('interlaced', async () => {
    const whole = await image(picture).png({ progressive: true }).toBuffer();
    const [head, ...others] = [...chunksOf(whole)];
    const data = Buffer.concat(others.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data));
    const file = png(pngChunk('IHDR', head?.data as Buffer), ...pixels(data.subarray(0, -1)));
    const { path } = await engine.process(file, [convert('png')]);
    expect((await pixelsOfFile(path)).data.equals(picture.data)).toBe(true);
  });

  test('in its own colours', async () => {
    const linear = colourChunk.gAMA(100_000);
    const [expected, actual] = [packed, wrong].map((data) => png(header, linear, ...pixels(data)));
    const bytesOf = async (file: Buffer) => readFile((await engine.process(file, [resize(30, 20)])).path);
    expect((await bytesOf(actual as Buffer)).equals(await bytesOf(expected as Buffer))).toBe(true);
  });
});

test('a PNG whose pixels look back further than it says comes out as one that says so', async () => {
  const row = Buffer.concat([Buffer.of(0), picture.data.subarray(0, SIZE.width * 3)]);
  const other = Buffer.concat([Buffer.of(0), picture.data.subarray(SIZE.width * 30, SIZE.width * 33)]);
  const alternating = deflateSync(Buffer.concat(Array.from({ length: SIZE.height / 2 }, () => [row, other]).flat()));
  const narrow = Buffer.concat([Buffer.of(0x08, 0x1d), alternating.subarray(2)]);
  const [expected, actual] = await Promise.all(
    [alternating, narrow].map(async (data) =>
      pixelsOfFile((await engine.process(png(header, ...pixels(data)), [convert('png')])).path),
    ),
  );
  expect(actual?.data.equals(expected?.data as Buffer)).toBe(true);
});

describe('a PNG that has lost pixels fails', () => {
  const { imageCorrupt, imageTruncated } = workProblems;

  test.each([
    ['where a row is missing', png(header, ...pixels(deflateSync(Buffer.concat(rows.slice(1))))), imageCorrupt],
    [
      'and its checksum',
      png(header, ...pixels(deflateSync(Buffer.concat(rows.slice(1))).subarray(0, -4))),
      imageCorrupt,
    ],
    ['where what it is packed in ends early', png(header, ...pixels(packed.subarray(0, -5))), imageCorrupt],
    ['where both checksums are wrong', png(header, altered(pixels(wrong)[0] as Buffer)), imageCorrupt],
    ['at its end', png(header, ...pixels(wrong)).subarray(0, -21), imageTruncated],
  ])('%s', async (_, file, problem) => {
    await expect(engine.process(file, [])).rejects.toMatchObject({ problem });
  });
});

describe('of a PNG that is an animation', () => {
  const frames = (count: number) => pngChunk('acTL', Buffer.of(0, 0, 0, count, 0, 0, 0, 0));
  const warningsOf = async (...before: Buffer[]) => {
    const { path, warnings } = await engine.process(png(header, ...before, ...pixels(packed)), [compress(80)]);
    expect(await pixelsOfFile(path)).toMatchObject(SIZE);
    return warnings;
  };

  test('the still picture is kept, with a warning', async () => {
    expect(await warningsOf(frames(3))).toEqual([
      { code: 'animation_flattened', detail: expect.stringContaining('still picture') },
    ]);
  });

  test('nothing is said where it has one frame, or none that makes sense', async () => {
    for (const chunk of [frames(1), frames(0), pngChunk('acTL', Buffer.of(0, 0, 0, 3))]) {
      expect((await warningsOf(chunk)).map(({ code }) => code)).not.toContain('animation_flattened');
    }
  });
});
