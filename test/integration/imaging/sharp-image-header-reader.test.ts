import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pictureProblems } from '../../../src/imaging/domain/errors.ts';
import { imageFormatOf } from '../../../src/imaging/domain/image-format.ts';
import { SharpImageHeaderReader } from '../../../src/imaging/infrastructure/sharp-image-header-reader.ts';
import { requestProblems } from '../../../src/shared/problems.ts';
import { png, pngHeader, pngZeros, webp, webpFrame, webpHeader, webpPixels } from '../../support/file-parts.ts';
import { animation, heldAt, image, plain, quarters } from '../../support/pictures.ts';

let folder: string;
const ends: string[] = [];
const onLoss = ({ end }: { end: string }) => ends.push(end);
const reader = new SharpImageHeaderReader({ onLoss });
const troubled = new SharpImageHeaderReader({
  onLoss,
  module: join(import.meta.dirname, '../../support/troubled-header.child.ts'),
  deadlineSeconds: 0.5,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headers-'));
  await Promise.all([reader.start(), troubled.start()]);
}, 60_000);

afterAll(async () => {
  await Promise.all([reader.stop(), troubled.stop()]);
  await rm(folder, { recursive: true });
});

async function stored(bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, 'original');
  await writeFile(path, bytes);
  return path;
}

async function factsOf(bytes: Uint8Array) {
  return reader.read(await stored(bytes), imageFormatOf(bytes) ?? 'png', 'picture');
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('the size is the one that a person sees (EXIF orientation %i)', async (held) => {
  for (const [format, name] of [
    ['jpeg', 'jpg'],
    ['png', 'png'],
    ['webp', 'webp'],
  ] as const) {
    const bytes = await (await heldAt(quarters(48, 32), held)).toFormat(format).toBuffer();
    expect(await factsOf(bytes)).toEqual({ format: name, width: 48, height: 32, frames: 1 });
  }
});

test('frames are counted, and the size is that of one', async () => {
  const bytes = await animation([quarters(48, 32), plain(48, 32, [9, 9, 9])]).toBuffer();
  expect(await factsOf(bytes)).toEqual({ format: 'webp', width: 48, height: 32, frames: 2 });
});

test('an animation of frames without end is refused before the library counts them', async () => {
  const pixels = webpPixels(
    await image(plain(1, 1, [1, 2, 3]))
      .webp({ lossless: true })
      .toBuffer(),
  );
  const framesOf = (count: number) =>
    webp(
      webpHeader(1, 1, 2),
      Buffer.from('ANIM\x06\0\0\0\0\0\0\0\0\0', 'latin1'),
      Buffer.concat(Array(count).fill(webpFrame(1, 1, pixels))),
    );
  expect(await factsOf(framesOf(10_000))).toEqual({ format: 'webp', width: 1, height: 1, frames: 10_000 });
  // As many as fit into an upload: the library would take minutes.
  await expect(factsOf(framesOf(200_000))).rejects.toMatchObject({
    problem: pictureProblems.unreadableImage,
    detail: 'Expected a whole webp for picture, received a file that begins like one; it has more than 10000 frames.',
  });
});

test('the size of a flood is told, so that it can be refused by its size', async () => {
  expect(await factsOf(png(pngHeader(60_000, 60_000), pngZeros(10, 10)))).toMatchObject({
    width: 60_000,
    height: 60_000,
  });
});

test('a header that is cut off is unreadable, and so is another format', async () => {
  const bytes = await image(quarters(48, 32)).png().toBuffer();
  await expect(factsOf(bytes.subarray(0, 20))).rejects.toMatchObject({ problem: pictureProblems.unreadableImage });
  await expect(reader.read(await stored(bytes), 'webp', 'scan')).rejects.toMatchObject({
    problem: pictureProblems.unreadableImage,
    detail: 'Expected a whole webp for scan, received a file that begins like one; it turned out to be png.',
  });
});

describe('a header that ends the child, or holds it up,', () => {
  test.each([
    ['abort', 'SIGABRT'],
    ['spin', 'SIGKILL'],
  ])('is unreadable, and the next one is read (%s)', async (order, end) => {
    await expect(troubled.read(await stored(order), 'png', 'picture')).rejects.toMatchObject({
      problem: pictureProblems.unreadableImage,
    });
    expect(ends.at(-1)).toBe(end);
    expect(await troubled.read(await stored('answer'), 'png', 'picture')).toMatchObject({ width: 1, height: 1 });
  });

  test('is not to blame once the service stops', async () => {
    const stopped = new SharpImageHeaderReader({ onLoss });
    await stopped.start();
    await stopped.stop();
    await expect(stopped.read(await stored('answer'), 'png', 'picture')).rejects.toMatchObject({
      problem: requestProblems.unavailable,
    });
  });
});
