import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImagesApi } from '../support/images-api.ts';
import { animation, heldAt, image, type Pixels, photograph, quarters } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';

let service: Service;
let anyone: ImagesApi;
let member: ImagesApi;
beforeAll(async () => {
  service = await startService({
    THROTTLE_ANONYMOUS_PER_MINUTE: '10000',
    THROTTLE_AUTHENTICATED_PER_MINUTE: '10000',
    ANONYMOUS_ACTIVE_JOBS: '100',
  });
  anyone = new ImagesApi(service);
  member = await ImagesApi.ofNewAccount(service, 'shaper');
});
afterAll(() => service.stop());

type Step = [operation_type: string, parameters: object];

const listOf = (...steps: Step[]) => steps.map(([operation_type, parameters]) => ({ operation_type, parameters }));
const pngOf = (pixels: Pixels) => image(pixels).png().toBuffer();

/** The colours in the middle of each quarter, in reading order; of an animation those of its first frame. */
async function quartersOf(bytes: Uint8Array): Promise<string[]> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const names: Record<string, string> = { '100': 'red', '010': 'green', '001': 'blue', '111': 'white' };
  return [0.25, 0.75].flatMap((y) =>
    [0.25, 0.75].map((x) => {
      const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3;
      return names[[...data.subarray(at, at + 3)].map((value) => (value > 127 ? 1 : 0)).join('')] ?? 'none';
    }),
  );
}

/** What one step is refused with, as a member of the answer's `errors`. */
async function refusalOf(bytes: Uint8Array, ...steps: Step[]): Promise<object[]> {
  const response = await member.upload(bytes, listOf(...steps));
  expect(response.status).toBe(400);
  return ((await response.json()) as { errors: object[] }).errors;
}

describe('scale', () => {
  test('keeps the proportions within the box, and enlarges only when it is told to', async () => {
    const bytes = await pngOf(photograph(400, 300));
    for (const [box, width, height] of [
      [{ width: 100 }, 100, 75],
      [{ width: 100, height: 30 }, 40, 30],
      [{ height: 600 }, 400, 300],
      [{ height: 600, enlarge: true }, 800, 600],
    ] as const) {
      const { image: job } = await anyone.result(bytes, listOf(['scale', box]));
      expect(job.result).toMatchObject({ width, height });
      expect(job.operations).toEqual(listOf(['scale', { enlarge: false, ...box }]));
    }
  });

  test('to less than a pixel is refused with what the sides come to', async () => {
    expect(
      await refusalOf(await pngOf(photograph(400, 1)), ['rotate', { angle: 90 }], ['scale', { height: 10 }]),
    ).toEqual([
      {
        pointer: '/operations/1',
        code: 'out_of_picture',
        detail:
          'Expected a box in which no side comes to less than a pixel, received one in which 1x400 becomes 0.03x10',
      },
    ]);
  });
});

describe('rotate and flip', () => {
  const [red, green, blue, white] = ['red', 'green', 'blue', 'white'];

  test.each<[string, Step[], (string | undefined)[]]>([
    ['a quarter to the right', [['rotate', { angle: 90 }]], [blue, red, white, green]],
    ['half around', [['rotate', { angle: 180 }]], [white, blue, green, red]],
    ['three quarters', [['rotate', { angle: 270 }]], [green, white, red, blue]],
    ['left and right', [['flip', { axis: 'horizontal' }]], [green, red, white, blue]],
    ['top and bottom', [['flip', { axis: 'vertical' }]], [blue, white, red, green]],
  ])('%s, whatever way the picture was held, scaled before or after', async (_words, steps, expected) => {
    for (const held of [1, 3, 6, 7]) {
      const bytes = await (await heldAt(quarters(96, 64), held)).jpeg({ quality: 95 }).toBuffer();
      const turned = steps.some(([, parameters]) => JSON.stringify(parameters).match(/90|270/));
      const scaling: Step = ['scale', { width: 30 }];
      const { image: after, bytes: scaledAfter } = await anyone.result(bytes, listOf(...steps, scaling));
      expect(after.result).toMatchObject(turned ? { width: 30, height: 45 } : { width: 30, height: 20 });
      expect(await quartersOf(scaledAfter)).toEqual(expected);
      const { image: before, bytes: scaledBefore } = await anyone.result(bytes, listOf(scaling, ...steps));
      expect(before.result).toMatchObject(turned ? { width: 20, height: 30 } : { width: 30, height: 20 });
      expect(await quartersOf(scaledBefore)).toEqual(expected);
    }
  });

  test('an animation goes on, turned', async () => {
    const bytes = await animation([quarters(40, 20), photograph(40, 20)], [70, 90]).toBuffer();
    const { image: job, bytes: result } = await anyone.result(bytes, listOf(['rotate', { angle: 90 }]));
    expect(job.result).toMatchObject({ format: 'webp', width: 20, height: 40 });
    expect(await sharp(result).metadata()).toMatchObject({ pages: 2, delay: [70, 90] });
    expect(await quartersOf(result)).toEqual([blue, red, white, green]);
  });
});
