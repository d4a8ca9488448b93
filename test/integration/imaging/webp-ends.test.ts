import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { pictureProblems, workProblems } from '../../../src/imaging/domain/errors.ts';
import { useEngine } from '../../support/engine.ts';
import { riffChunk, webp, webpHeader } from '../../support/file-parts.ts';
import { compress, convert, resize } from '../../support/operations.ts';
import { animation, heldAt, image, photograph, transparent } from '../../support/pictures.ts';

const engine = useEngine();
const picture = image(photograph(150, 100));
const frames = [photograph(40, 30, 1), photograph(40, 30, 2), photograph(40, 30, 3)];
const FLAGS = { exif: 8, alpha: 16, animation: 2 };
const exif = riffChunk('EXIF', Buffer.alloc(500, 0x49));

/** A file, and how it begins when something stands behind its pixels. */
const files = [
  ['lossy', await picture.webp({ quality: 80 }).toBuffer(), webpHeader(150, 100, FLAGS.exif)],
  ['lossless', await picture.webp({ lossless: true }).toBuffer(), webpHeader(150, 100, FLAGS.exif)],
  ['transparent', await image(transparent(150, 100)).webp().toBuffer(), webpHeader(150, 100, FLAGS.exif | FLAGS.alpha)],
  ['animated', await animation(frames).toBuffer(), webpHeader(40, 30, FLAGS.exif | FLAGS.animation)],
] as const;
const stills = files.slice(0, 3);

const CANVAS_BYTES = 18;
const HEAD_BYTES = 12;

/** The chunks of the picture, without its canvas. */
function pictureOf(file: Buffer): Buffer {
  const body = file.subarray(HEAD_BYTES);
  return body.toString('latin1', 0, 4) === 'VP8X' ? body.subarray(CANVAS_BYTES) : body;
}

function withLength(file: Buffer, length: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt32LE(length, 4);
  return copy;
}

async function bytesOf(file: Buffer, operations = [convert('png')]): Promise<Buffer> {
  return readFile((await engine.process(file, operations)).path);
}

async function expectSame(file: Buffer, whole: Buffer): Promise<void> {
  expect((await bytesOf(file)).equals(await bytesOf(whole))).toBe(true);
  expect((await bytesOf(file, [compress(50)])).equals(await bytesOf(whole, [compress(50)]))).toBe(true);
}

describe.each(files)('a WebP that is cut off behind its pixels, %s', (_, file, canvas) => {
  const extended = webp(canvas, pictureOf(file), exif);

  test.each([1, 100, 499, 500, 504])('by %d bytes of the metadata there, comes out as the whole one', async (lost) => {
    await expectSame(extended.subarray(0, -lost), extended);
  });

  test.each([3, 20, 510])('comes out as the whole one where it says that it is shorter by %d bytes', async (less) => {
    await expectSame(withLength(extended, extended.length - 8 - less), extended);
  });

  test('comes out as the whole one with bytes of no chunk behind it', async () => {
    const strange = Buffer.concat([pictureOf(file), Buffer.from('something else')]);
    await expectSame(webp(canvas, strange), extended);
  });

  test.each([0.3, 0.6, 0.9])('fails as cut off where %d of its pixels are there', async (share) => {
    for (const whole of [file, webp(canvas, pictureOf(file))]) {
      const cut = whole.subarray(0, Math.floor(whole.length * share));
      await expect(engine.process(cut, [resize(20, 10)])).rejects.toMatchObject({
        problem: workProblems.imageTruncated,
      });
    }
  });
});

test.each(stills)(
  'a still picture comes out as the whole one without the byte that makes its length even, %s',
  async (_, file, canvas) => {
    const odd = webp(canvas, pictureOf(file), riffChunk('EXIF', Buffer.alloc(501, 0x49)));
    for (const length of [odd.length - 8, odd.length - 9])
      await expectSame(withLength(odd.subarray(0, -1), length), odd);
    await expectSame(withLength(file, file.length + 92), file);
  },
);

test('an animation fails as cut off where frames may be missing', async () => {
  const [, file] = files[3];
  const problem = workProblems.imageTruncated;
  await expect(engine.process(withLength(file, file.length + 92), [])).rejects.toMatchObject({ problem });
});

test('how a picture was held is known as far as its metadata go', async () => {
  const held = await (await heldAt(photograph(60, 40), 6)).webp({ lossless: true }).toBuffer();
  const upright = await engine.process(held.subarray(0, -1), [convert('png')]);
  expect(upright).toMatchObject({ width: 60, height: 40 });
  await expectSame(held.subarray(0, -1), held);
});

test('a file that only begins like one has no header', async () => {
  for (const bytes of [12, 16, 20, 24]) {
    await expect(engine.process(files[0][1].subarray(0, bytes), [])).rejects.toMatchObject({
      problem: pictureProblems.unreadableImage,
    });
  }
});
