import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { workProblems } from '../../../src/imaging/domain/errors.ts';
import { partsOf } from '../../../src/imaging/infrastructure/files/jpeg-segments.ts';
import { useEngine } from '../../support/engine.ts';
import { convert, resize } from '../../support/operations.ts';
import { image, photograph, plain } from '../../support/pictures.ts';

const engine = useEngine();
const { imageTruncated, imageCorrupt } = workProblems;
const END = Buffer.of(0xff, 0xd9);
const picture = image(photograph(150, 100));
const baseline = await picture.jpeg({ quality: 90 }).toBuffer();
const progressive = await picture.jpeg({ quality: 90, progressive: true }).toBuffer();
const grey = await picture.clone().toColourspace('b-w').jpeg({ progressive: true }).toBuffer();
/** Its lower part is of one colour: the data of its first scan end in zeros that are the picture's. */
const flat = await image(plain(400, 300, [250, 250, 250]))
  .composite([{ input: await picture.png().toBuffer(), left: 0, top: 0 }])
  .jpeg({ quality: 90, progressive: true })
  .toBuffer();
const files = [
  ['baseline', baseline],
  ['progressive', progressive],
  ['grey', grey],
  ['half of it flat', flat],
] as const;
const severalScans = files.slice(1);

async function bytesOf(file: Buffer): Promise<Buffer> {
  return readFile((await engine.process(file, [convert('png')])).path);
}

async function expectSame(file: Buffer, whole: Buffer): Promise<void> {
  expect((await bytesOf(file)).equals(await bytesOf(whole))).toBe(true);
}

/** Where the data of each scan end. */
function endsOf(file: Buffer): number[] {
  return [...partsOf(file)].filter(({ kind }) => kind === 'scan').map(({ end }) => end);
}

/** The file with bytes at some places. */
function withBytesAt(file: Buffer, places: readonly number[], bytes: Buffer): Buffer {
  const starts = [0, ...places];
  const pieces = starts.map((start, i) => file.subarray(start, starts[i + 1]));
  return Buffer.concat(pieces.flatMap((piece, i) => (i === 0 ? [piece] : [bytes, piece])));
}

describe.each(files)('a JPEG without its end marker, %s', (_, file) => {
  test('comes out as with it', async () => {
    await expectSame(file.subarray(0, -1), file);
    await expectSame(file.subarray(0, -2), file);
  });

  test('and with zeros in its place', async () => {
    await expectSame(Buffer.concat([file.subarray(0, -2), Buffer.alloc(500)]), file);
  });

  test('fails where a byte of its pixels is missing', async () => {
    for (let lost = 3; lost < 30; lost += 1) {
      const work = engine.process(file.subarray(0, -lost), [resize(75, 50)]);
      await expect(work, `without ${lost} bytes`).rejects.toMatchObject({ problem: imageTruncated });
    }
  });

  test.each([0.5, 0.9, 0.99])('fails where %d of it are there', async (share) => {
    const cut = file.subarray(0, Math.floor(file.length * share));
    await expect(engine.process(cut, [])).rejects.toMatchObject({ problem: imageTruncated });
    const filled = Buffer.concat([cut, Buffer.alloc(file.length - cut.length), END]);
    await expect(engine.process(filled, [])).rejects.toMatchObject({ problem: imageCorrupt });
  });
});

describe.each(severalScans)('a JPEG of several scans, %s', (_, file) => {
  const ends = endsOf(file);
  // What a picture's own zeros run over into cannot be told from them.
  const padded = ends.filter((end) => file[end - 1] !== 0);

  test('fails where it ends between two', async () => {
    expect(padded.length).toBeGreaterThan(2);
    for (const end of ends.slice(0, -1)) {
      await expect(engine.process(file.subarray(0, end), [])).rejects.toMatchObject({ problem: imageTruncated });
    }
  });

  test.each([1, 4, 20, 3_000])('comes out as without the %d zeros behind one', async (count) => {
    for (const end of padded) await expectSame(withBytesAt(file, [end], Buffer.alloc(count)), file);
  });

  test('comes out as without zeros behind each', async () => {
    await expectSame(withBytesAt(file, padded, Buffer.alloc(20)), file);
  });

  test('fails where there are other bytes behind one', async () => {
    const strange = withBytesAt(file, [ends[1] as number], Buffer.alloc(20, 0x11));
    await expect(engine.process(strange, [])).rejects.toMatchObject({ problem: imageCorrupt });
  });
});
