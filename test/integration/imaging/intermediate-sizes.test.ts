import { expect, test } from 'vitest';
import { pixelsOfFile, useEngine } from '../../support/engine.ts';
import { compress, convert, resize } from '../../support/operations.ts';
import { heldAt, image, type Pixels, photograph, plain, transparent } from '../../support/pictures.ts';

// What a child of this engine may hold is far less than the pictures that these could be led through.
const engine = useEngine({ memoryCapBytes: 300_000_000 });

const largest = [convert('jpg'), compress(60)];

test.each(['attention', 'entropy'] as const)('a thin line that covers a wide box by %s', async (gravity) => {
  const bytes = await image(photograph(1, 500)).jpeg().toBuffer();
  const result = await engine.process(bytes, [resize(10_000, 1, 'cover', { gravity }), ...largest]);
  expect(result).toMatchObject({ width: 10_000, height: 1 });
  const tall = await engine.process(await image(photograph(300, 6000)).jpeg().toBuffer(), [
    resize(3000, 1000, 'cover', { gravity }),
    ...largest,
  ]);
  expect(tall).toMatchObject({ width: 3000, height: 1000 });
});

test('a side that grows while the other one shrinks', async () => {
  const bytes = await image(transparent(10, 10_000)).png({ compressionLevel: 1 }).toBuffer();
  expect(await engine.process(bytes, [resize(10_000, 10)])).toMatchObject({ width: 10_000, height: 10 });
  expect(engine.losses).toEqual([]);
});

/** A grey picture with a red spot. */
function withSpot(width: number, height: number, top: number, side: number): Pixels {
  const { data } = plain(width, height, [110, 110, 110]);
  for (let y = top; y < top + side; y += 1)
    for (let x = 0; x < side; x += 1) data.set([230, 60, 40], (y * width + x + 5) * 3);
  return { data, width, height, channels: 3 };
}

test.each(['attention', 'entropy'] as const)(
  'what covers by %s is a part of the whole enlarged picture, the one that shows the spot',
  async (gravity) => {
    for (const [top, side] of [
      [0, 20],
      [90, 24],
      [376, 24],
    ] as const) {
      const source = withSpot(40, 400, top, side);
      const bytes = await image(source).png().toBuffer();
      const whole = await pixelsOfFile((await engine.process(bytes, [resize(200, 2000)])).path);
      const result = await engine.process(bytes, [resize(200, 500, 'cover', { gravity })]);
      const part = await pixelsOfFile(result.path);
      const row = whole.data.indexOf(part.data) / (200 * 3);
      expect(Number.isInteger(row)).toBe(true);
      expect(row).toBeGreaterThanOrEqual(0);
      expect(row).toBeLessThanOrEqual(top * 5);
      expect(row + 500).toBeGreaterThanOrEqual((top + side) * 5);
      expect(result.plan).toContain(`enlarge 200x2000 choose 200x500 by ${gravity}`);
      // Held sideways it is the same picture.
      const sideways = await engine.process(await (await heldAt(source, 6)).png().toBuffer(), [
        resize(200, 500, 'cover', { gravity }),
      ]);
      expect(sideways.plan).toContain(`enlarge 2000x200 choose 500x200 by ${gravity}`);
      expect(sideways).toMatchObject({ width: 200, height: 500 });
    }
  },
);
