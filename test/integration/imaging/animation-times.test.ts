import sharp from 'sharp';
import { expect, test } from 'vitest';
import { useEngine } from '../../support/engine.ts';
import { compressTo, filter, resize } from '../../support/operations.ts';
import { animation, type Pixels, photograph } from '../../support/pictures.ts';

const engine = useEngine();
const LONGEST = 16_777_215;
const [one, two, three] = [1, 2, 3].map((seed) => photograph(64, 48, seed)) as [Pixels, Pixels, Pixels];

/** A file that shows each frame for so many milliseconds, of which sharp itself would not write all. */
async function lasting(frames: readonly Pixels[], times: readonly number[]): Promise<Buffer> {
  const file = await animation(frames).toBuffer();
  let at = 0;
  for (const time of times) {
    at = file.indexOf('ANMF', at) + 4;
    // Behind the length of the chunk (4 bytes), the place and the size of the frame (3 bytes each of four figures).
    file.writeUIntLE(time, at + 4 + 12, 3);
  }
  return file;
}

async function timesOf(path: string): Promise<number[] | undefined> {
  return (await sharp(path).metadata()).delay;
}

test.each([
  ['of hours, and above what sharp takes', [LONGEST, 70_000, 65_536]],
  ['of 10 ms and less, and none', [10, 1, 0]],
  ['of any kind', [100, 33, 65_535]],
])('times %s are kept', async (_words, times) => {
  const bytes = await lasting([one, two, three], times);
  for (const operations of [[], [resize(32, 24)], [filter('blur')], [resize(40, 40), compressTo(5_000)]]) {
    const { path, warnings } = await engine.process(bytes, operations);
    expect(await timesOf(path)).toEqual(times);
    expect(warnings).toEqual([]);
  }
});

test('frames that come to look alike last as long together as they did, up to what a frame can', async () => {
  const frames = [one, two, two, three, three, one].map(marked);
  const bytes = await lasting(frames, [1, 70_000, 8, LONGEST, 5, 12]);
  const { path } = await engine.process(bytes, [resize(8, 6)]);
  expect(await timesOf(path)).toEqual([1, 70_008, LONGEST, 12]);

  const still = await lasting([one, one, one].map(marked), [70_000, 8, 5]);
  expect(await engine.process(still, [resize(8, 6)])).toMatchObject({ width: 8, height: 6 });
});

/** With one pixel of its own, which is lost in a reduction. */
function marked(frame: Pixels, index: number): Pixels {
  const data = Buffer.from(frame.data);
  data[0] = (data[0] as number) ^ index;
  return { ...frame, data };
}
