import fc from 'fast-check';
import { expect, test } from 'vitest';
import { useEngine } from '../support/engine.ts';
import { crop, resize } from '../support/operations.ts';
import { image, type Pixels, plain } from '../support/pictures.ts';
import { type Frame, framesOfFile } from '../support/reference-executor.ts';
import { seededRandom } from '../support/seeded-random.ts';

// Its scenes differ in far fewer ways than lists of operations do: a quarter of their cases.
const RUNS = Math.ceil(Number(process.env.PROPERTY_RUNS ?? 100) / 4);
const SEED = Number(process.env.PROPERTY_SEED ?? 20_261_128);
const GREY = 110;

/** A plain picture with one spot, and a part that has room for more: what an eye would keep of it is plain to say. */
const scene = fc
  .record({
    width: fc.integer({ min: 120, max: 400 }),
    height: fc.integer({ min: 120, max: 400 }),
    side: fc.integer({ min: 16, max: 40 }),
    x: fc.double({ min: 0, max: 1, noNaN: true }),
    y: fc.double({ min: 0, max: 1, noNaN: true }),
    room: fc.integer({ min: 30, max: 60 }),
    isCover: fc.boolean(),
    seed: fc.nat(1000),
  })
  .map(({ x, y, ...one }) => ({
    ...one,
    left: Math.round(x * (one.width - one.side)),
    top: Math.round(y * (one.height - one.side)),
  }));

type Scene = typeof scene extends fc.Arbitrary<infer One> ? One : never;

/** What each word looks for: a strong colour, or detail without colour. */
const SPOTS = {
  attention: ({ side }: Scene) => plain(side, side, [230, 60, 40]),
  entropy: ({ side, seed }: Scene) => speckled(side, seededRandom(seed)),
};

const engine = useEngine();

test.each(Object.keys(SPOTS) as (keyof typeof SPOTS)[])(
  `%s keeps the one spot of a plain picture, all of it (${RUNS} cases, seed ${SEED})`,
  async (gravity) => {
    await fc.assert(
      fc.asyncProperty(scene, async (one) => {
        const { width, side, room, isCover } = one;
        const length = side + room;
        // A cover that need not scale moves along one side alone.
        const size = isCover ? { width, height: length } : { width: length, height: length };
        const step = isCover ? resize(width, length, 'cover', { gravity }) : crop({ ...size, gravity });
        const { path } = await engine.process(await withSpot(one, SPOTS[gravity](one)), [step]);
        const [part] = (await framesOfFile(path)) as [Frame];
        expect(part).toMatchObject(size);
        expect(spotIn(part)).toEqual({ width: side, height: side, pixels: side * side });
      }),
      { numRuns: RUNS, seed: SEED },
    );
  },
);

async function withSpot({ width, height, left, top }: Scene, spot: Pixels): Promise<Buffer> {
  const input = await image(spot).png().toBuffer();
  const ground = image(plain(width, height, [GREY, GREY, GREY]));
  return ground.composite([{ input, left, top }]).removeAlpha().png().toBuffer();
}

/** Pixels of any light but the ground's. */
function speckled(side: number, random: () => number): Pixels {
  const lights = Array.from({ length: side * side }, () => Math.floor(random() * 250)).map((light) =>
    light < GREY ? light : light + 1,
  );
  return {
    data: Buffer.from(lights.flatMap((light) => [light, light, light])),
    width: side,
    height: side,
    channels: 3,
  };
}

/** How many pixels are not the ground's, and the sides of the box around them. */
function spotIn({ data, width, height }: Frame): { width: number; height: number; pixels: number } {
  const isSpot = (x: number, y: number) => {
    const at = (y * width + x) * 4;
    return data.subarray(at, at + 3).some((value) => value !== GREY);
  };
  const columns = new Set<number>();
  const rows = new Set<number>();
  let pixels = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!isSpot(x, y)) continue;
      columns.add(x);
      rows.add(y);
      pixels += 1;
    }
  }
  return { width: columns.size, height: rows.size, pixels };
}
