import sharp, { type OverlayOptions } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImagesApi } from '../support/images-api.ts';
import { animation, heldAt, image, type Pixels, photograph, plain, quarters } from '../support/pictures.ts';
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
          'Expected a box in which no side comes to less than a pixel for scale, received one in which 1x400 becomes 0.03x10',
      },
    ]);
  });
});

describe('crop', () => {
  const picture = photograph(120, 90);

  /** The pixels of a part of the picture. */
  const partOf = (left: number, top: number, width: number, height: number) =>
    image(picture).extract({ left, top, width, height }).raw().toBuffer();

  test('keeps the part at its place, or by gravity, to the last bit', async () => {
    const bytes = await pngOf(picture);
    for (const [parameters, left, top] of [
      [{ x: 7, y: 11 }, 7, 11],
      [{}, 45, 30],
      [{ gravity: 'northwest' }, 0, 0],
      [{ gravity: 'north' }, 45, 0],
      [{ gravity: 'east' }, 89, 30],
      [{ gravity: 'southeast' }, 89, 60],
      [{ gravity: 'southwest' }, 0, 60],
    ] as const) {
      const { image: job, bytes: result } = await anyone.result(
        bytes,
        listOf(['crop', { width: 31, height: 30, ...parameters }]),
      );
      expect(job.result).toMatchObject({ width: 31, height: 30 });
      expect((await sharp(result).raw().toBuffer()).equals(await partOf(left, top, 31, 30))).toBe(true);
    }
  });

  test('attention finds what is strongly coloured, entropy what is not plain; both keep a true part', async () => {
    const spot = { input: await pngOf(plain(24, 24, [230, 60, 40])), left: 240, top: 60 };
    const grain = { input: await pngOf(photograph(60, 60)), left: 6, top: 30 };
    const scene = (...parts: OverlayOptions[]) =>
      image(plain(300, 120, [120, 120, 120]))
        .composite(parts)
        .removeAlpha()
        .png()
        .toBuffer();
    const placeBy = async (gravity: string, picture: Buffer) => {
      const { bytes } = await anyone.result(picture, listOf(['crop', { width: 100, height: 120, gravity }]));
      const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: 100, height: 120 });
      const whole = await sharp(picture).raw().toBuffer();
      const rows = Array.from({ length: 120 }, (_, y) => y);
      const rowOf = (pixels: Buffer, y: number, width: number, left = 0) =>
        pixels.subarray((y * width + left) * 3, (y * width + left + 100) * 3);
      return Array.from({ length: 201 }, (_, left) => left).filter((left) =>
        rows.every((y) => rowOf(whole, y, 300, left).equals(rowOf(data, y, 100))),
      );
    };
    expect(Math.min(...(await placeBy('attention', await scene(spot))))).toBeGreaterThan(160);
    expect(Math.max(...(await placeBy('entropy', await scene(spot, grain))))).toBeLessThan(10);
  });

  test('all frames of an animation are cut at one place', async () => {
    const frameWith = async (left: number): Promise<Pixels> => {
      const spot = { input: await pngOf(plain(20, 20, [230, 60, 40])), left, top: 10 };
      return {
        ...plain(200, 40, [120, 120, 120]),
        data: await image(plain(200, 40, [120, 120, 120]))
          .composite([spot])
          .removeAlpha()
          .raw()
          .toBuffer(),
      };
    };
    const bytes = await animation([await frameWith(150), await frameWith(5)]).toBuffer();
    const { image: job, bytes: result } = await anyone.result(
      bytes,
      listOf(['crop', { width: 60, height: 40, gravity: 'attention' }]),
    );
    expect(job.result).toMatchObject({ format: 'webp', width: 60, height: 40 });
    const { data, info } = await sharp(result, { pages: -1 }).raw().toBuffer({ resolveWithObject: true });
    const strongest = (frame: number) =>
      Math.max(
        ...data
          .subarray((frame * data.length) / 2, ((frame + 1) * data.length) / 2)
          .filter((_, i) => i % info.channels === 0),
      );
    expect(strongest(0)).toBeGreaterThan(200);
    expect(strongest(1)).toBeLessThan(160);
  });

  test('a box that is not within the picture is refused with the size that it then has', async () => {
    const bytes = await pngOf(picture);
    expect(await refusalOf(bytes, ['rotate', { angle: 90 }], ['crop', { width: 91, height: 90 }])).toEqual([
      {
        pointer: '/operations/1',
        code: 'out_of_picture',
        detail: 'Expected a box within the picture, which then has 90x120 for crop, received one of 91x90',
      },
    ]);
    expect(await refusalOf(bytes, ['crop', { width: 20, height: 20, x: 101, y: 0 }])).toMatchObject([
      { pointer: '/operations/0', code: 'out_of_picture', detail: expect.stringContaining('20x20 at 101, 0') },
    ]);
    expect(await refusalOf(bytes, ['crop', { width: 20, height: 20, x: 1, gravity: 'north' }])).toMatchObject([
      { pointer: '/operations/0/parameters/y' },
      { pointer: '/operations/0/parameters/gravity' },
    ]);
  });

  test('and what is cut of a large photograph and made small is what a full decode gives', async () => {
    const photo = await image(photograph(500, 375)).resize(4000, 3000).jpeg({ quality: 90 }).toBuffer();
    const steps = listOf(
      ['crop', { width: 2400, height: 1600, x: 903, y: 607 }],
      ['scale', { width: 400 }],
      ['convert', { format: 'png' }],
    );
    const { bytes } = await member.result(photo, steps);
    const pixels = await sharp(bytes).raw().toBuffer();
    const decoded = await sharp(photo).raw().toBuffer({ resolveWithObject: true });
    const expected = await sharp(decoded.data, { raw: { width: 4000, height: 3000, channels: 3 } })
      .extract({ left: 903, top: 607, width: 2400, height: 1600 })
      .resize(400, 267, { fit: 'fill' })
      .raw()
      .toBuffer();
    const difference =
      pixels.reduce((sum, value, i) => sum + Math.abs(value - (expected[i] as number)), 0) / pixels.length;
    expect(difference).toBeLessThan(2);
  });
});

describe('pad', () => {
  test('adds edges of a colour, which in a JPEG is laid on white', async () => {
    const bytes = await pngOf(plain(20, 10, [200, 60, 40]));
    const edgeOf = async (color: string | undefined, format: string) => {
      const { image: job, bytes: result } = await anyone.result(
        bytes,
        listOf(['pad', { top: 16, left: 32, ...(color && { color }) }], ['convert', { format }]),
      );
      expect(job.result).toMatchObject({ width: 52, height: 26 });
      const { data, info } = await sharp(result).raw().toBuffer({ resolveWithObject: true });
      const inside = (25 * 52 + 50) * info.channels;
      const tolerance = format === 'jpg' ? 6 : 0;
      for (const [i, value] of [200, 60, 40].entries())
        expect(Math.abs((data[inside + i] as number) - value)).toBeLessThanOrEqual(tolerance);
      return [...data.subarray(0, info.channels)];
    };
    expect((await edgeOf(undefined, 'png'))[3]).toBe(0);
    expect(await edgeOf('#00ff0080', 'png')).toEqual([0, 255, 0, 128]);
    expect(await edgeOf('#123', 'png')).toEqual([0x11, 0x22, 0x33]);
    const near = (wanted: number[]) => wanted.map((value) => expect.closeTo(value, -0.5));
    expect(await edgeOf(undefined, 'jpg')).toEqual(near([255, 255, 255]));
    expect(await edgeOf('#0000ff80', 'jpg')).toEqual(near([127, 127, 255]));
  });

  test('a grey picture becomes coloured by a coloured edge alone, also after a filter', async () => {
    const grey = await image(plain(20, 20, [90]))
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const colour = await pngOf(plain(20, 20, [200, 60, 40]));
    for (const [bytes, before] of [
      [grey, []],
      [colour, [['filter', { type: 'grayscale' }]]],
      [grey, [['filter', { type: 'grayscale' }]]],
    ] as [Buffer, Step[]][]) {
      const red = await member.result(bytes, listOf(...before, ['pad', { right: 5, color: '#ff0000' }]));
      const { data } = await sharp(red.bytes).raw().toBuffer({ resolveWithObject: true });
      expect([...data.subarray(22 * 3, 23 * 3)]).toEqual([255, 0, 0]);
      expect(new Set(data.subarray(0, 3)).size).toBe(1);
      const black = await member.result(bytes, listOf(...before, ['pad', { right: 5, color: '#000' }]));
      expect((await sharp(black.bytes).metadata()).channels).toBe(1);
    }
  });

  test('beyond the limits is refused', async () => {
    expect(
      await refusalOf(await pngOf(plain(20, 20, [9, 9, 9])), ['pad', { left: 9980, top: 1, right: 1 }]),
    ).toMatchObject([{ pointer: '/operations/0', code: 'over_limit', detail: expect.stringContaining('10001x21') }]);
  });
});

describe('adjust', () => {
  test('changes light and colours as CSS does, and no transparency', async () => {
    const colour = [200, 60, 40, 128];
    const bytes = await pngOf(plain(20, 20, colour));
    for (const [parameters, expected] of [
      [{ brightness: 50 }, [100, 30, 20]],
      [{ brightness: 200 }, [255, 120, 80]],
      [{ contrast: 0 }, [128, 128, 128]],
      [{ contrast: 150 }, [236, 26, 0]],
      [{ saturation: 0 }, [88, 88, 88]],
      [{ saturation: 200 }, [255, 32, 0]],
      // By CSS, hue-rotate(180deg).
      [{ hue: 180 }, [0, 117, 137]],
    ] as const) {
      const { image: job, bytes: result } = await anyone.result(bytes, listOf(['adjust', parameters]));
      expect(job.operations).toEqual(
        listOf(['adjust', { brightness: 100, contrast: 100, saturation: 100, hue: 0, ...parameters }]),
      );
      const actual = [...(await sharp(result).raw().toBuffer()).subarray(0, 4)];
      for (const [i, value] of [...expected, 128].entries())
        expect(Math.abs((actual[i] as number) - value), JSON.stringify([parameters, actual])).toBeLessThanOrEqual(1);
    }
  });

  test('a grey picture stays grey, brighter', async () => {
    const grey = await image(plain(20, 20, [90]))
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const { bytes } = await anyone.result(grey, listOf(['adjust', { brightness: 200, hue: 90, saturation: 200 }]));
    expect((await sharp(bytes).metadata()).channels).toBe(1);
    expect((await sharp(bytes).raw().toBuffer())[0]).toBe(180);
  });

  test('that changes nothing is refused', async () => {
    expect(await refusalOf(await pngOf(plain(2, 2, [9, 9, 9])), ['adjust', { brightness: 100, hue: 0 }])).toMatchObject(
      [{ pointer: '/operations/0/parameters', detail: expect.stringContaining('other than 100') }],
    );
  });
});

describe('resize', () => {
  test('covers by gravity, and contains on a colour', async () => {
    const bytes = await pngOf(quarters(80, 40));
    const { bytes: east } = await anyone.result(
      bytes,
      listOf(['resize', { width: 40, height: 40, fit: 'cover', gravity: 'east' }]),
    );
    expect(await quartersOf(east)).toEqual(['green', 'green', 'white', 'white']);
    const { image: job, bytes: padded } = await anyone.result(
      bytes,
      listOf(['resize', { width: 40, height: 40, fit: 'contain', color: '#0000FF' }]),
    );
    expect(job.operations).toEqual(listOf(['resize', { width: 40, height: 40, fit: 'contain', color: '#0000ff' }]));
    expect([...(await sharp(padded).raw().toBuffer()).subarray(0, 3)]).toEqual([0, 0, 255]);
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
