import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderIsEmpty } from '../support/folders.ts';
import { ImagesApi } from '../support/images-api.ts';
import { compress, convert, filter, resize } from '../support/operations.ts';
import { animation, heldAt, image, lineArt, photograph, plain, quarters, transparent } from '../support/pictures.ts';
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
  member = await ImagesApi.ofNewAccount(service, 'walker');
});
afterAll(() => service.stop());

const photo = await image(photograph(500, 375)).resize(4000, 3000).jpeg({ quality: 75 }).toBuffer();
const jpeg = await image(photograph(120, 90)).jpeg().toBuffer();
const png = await image(transparent(120, 90)).png().toBuffer();

/** The colour of one pixel, without its alpha. */
async function colourAt(bytes: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + Math.min(3, info.channels))];
}

describe('the whole walk', () => {
  test('an anonymous 12-MP JPEG becomes a WebP of 1200x900', async () => {
    const operations = [
      { operation_type: 'resize', parameters: { width: 1200, height: 900 } },
      { operation_type: 'convert', parameters: { format: 'WebP' } },
    ];
    const response = await anyone.upload(photo, operations, 'holiday at sea.JPG');
    expect(response.status).toBe(201);
    const job = (await response.json()) as { id: string };
    expect(response.headers.get('location')).toBe(`/api/images/${job.id}/`);
    expect(job).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      status: expect.toSatisfy((status) => status === 'pending' || status === 'processing'),
      image_format: 'jpg',
      operations: [resize(1200, 900), convert('webp')],
      detail_url: `${service.url}/api/images/${job.id}/`,
      download_url: null,
      download_expires_at: null,
      estimated_ready_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      seconds_remaining: expect.any(Number),
      queue_position: expect.toSatisfy((position) => position === null || position >= 1),
      created_at: service.clock.now().toISOString(),
      started_at: null,
      completed_at: null,
      source: { name: 'holiday at sea.JPG', format: 'jpg', width: 4000, height: 3000, bytes: photo.length },
      result: null,
      warnings: [],
      error: null,
      outputs: [
        {
          name: 'default',
          operations: [resize(1200, 900), convert('webp')],
          result: null,
          warnings: [],
          error: null,
          download_url: null,
        },
      ],
    });

    const done = await anyone.whenFinal(job.id);
    expect(done).toMatchObject({
      status: 'completed',
      download_url: `${service.url}/api/images/${job.id}/download/`,
      download_expires_at: new Date(service.clock.now().getTime() + 600_000).toISOString(),
      estimated_ready_at: null,
      seconds_remaining: null,
      queue_position: null,
      started_at: service.clock.now().toISOString(),
      completed_at: service.clock.now().toISOString(),
      result: { format: 'webp', width: 1200, height: 900, quality: 85, processing_ms: expect.any(Number) },
      error: null,
    });

    const download = await fetch(done.download_url as string);
    const bytes = Buffer.from(await download.arrayBuffer());
    const sha256 = createHash('sha256').update(bytes).digest();
    expect(done.result).toMatchObject({ bytes: bytes.length, sha256: sha256.toString('hex') });
    expect(Object.fromEntries(download.headers)).toMatchObject({
      'content-type': 'image/webp',
      'content-length': String(bytes.length),
      'content-disposition': 'attachment; filename="holiday at sea.webp"',
      etag: `"${sha256.toString('hex')}"`,
      'repr-digest': `sha-256=:${sha256.toString('base64')}:`,
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=600',
      'x-content-type-options': 'nosniff',
    });
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 1200, height: 900 });

    await expect.poll(() => service.storedFiles(job.id)).toEqual(['result-1']);
  });

  test('a member has it in quality 80, and an hour to download it', async () => {
    const operations = [resize(1200, 900), convert('webp'), compress(80)];
    const done = await member.process(photo, operations);
    expect(done).toMatchObject({ status: 'completed', operations, result: { width: 1200, height: 900, quality: 80 } });
    expect(done.download_expires_at).toBe(new Date(service.clock.now().getTime() + 3_600_000).toISOString());
    const asAnonymous = await anyone.process(photo, operations.slice(0, 2));
    expect(done.result?.bytes).toBeLessThan(asAnonymous.result?.bytes as number);
  });

  test('a member may ask for more operations', async () => {
    const operations = [resize(60, 45), filter('blur'), filter('sharpen'), filter('grayscale'), compress(95)];
    const done = await member.process(jpeg, operations);
    expect(done).toMatchObject({ status: 'completed', operations, result: { format: 'jpg', width: 60, height: 45 } });
  });

  test('paths with and without the slash at the end answer the same', async () => {
    const { id } = await anyone.process(jpeg);
    for (const path of [id, `${id}/`, `${id}/download`, `${id}/download/`]) {
      const response = await fetch(`${service.url}/api/images/${path}`, { redirect: 'manual' });
      expect([path, response.status]).toEqual([path, 200]);
      await response.arrayBuffer();
    }
    const bare = await fetch(`${service.url}/api/images`, { method: 'POST', redirect: 'manual' });
    expect(bare.status).toBe(415);
  });
});

describe('operations', () => {
  test('none re-encodes the image in its own format', async () => {
    for (const [format, bytes] of [
      ['jpg', jpeg],
      ['png', png],
      ['webp', await image(photograph(120, 90)).webp().toBuffer()],
    ] as const) {
      const result = await anyone.result(bytes);
      expect(result.image.result).toMatchObject({ format, width: 120, height: 90 });
      expect((await sharp(result.bytes).metadata()).format).toBe(format === 'jpg' ? 'jpeg' : format);
    }
  });

  test.each([
    ['fill', 80, 80],
    ['cover', 80, 80],
    ['contain', 80, 80],
    ['inside', 80, 60],
    ['outside', 107, 80],
  ] as const)('resize with fit %s', async (fit, width, height) => {
    const { image: done, bytes } = await anyone.result(jpeg, [resize(80, 80, fit)]);
    expect(done.result).toMatchObject({ width, height });
    expect(await sharp(bytes).metadata()).toMatchObject({ width, height });
  });

  test('contain pads with white in JPEG and with transparency in PNG', async () => {
    const red = await image(plain(40, 20, [200, 0, 0]))
      .png()
      .toBuffer();
    const opaque = await anyone.result(red, [resize(40, 40, 'contain'), convert('jpg')]);
    expect(Math.min(...(await colourAt(opaque.bytes, 20, 2)))).toBeGreaterThan(250);
    const clear = await anyone.result(red, [resize(40, 40, 'contain')]);
    const { data } = await sharp(clear.bytes).raw().toBuffer({ resolveWithObject: true });
    expect(data[3]).toBe(0);
  });

  test('compress makes every format smaller, and the last one wins', async () => {
    for (const format of ['jpg', 'png', 'webp'] as const) {
      const fine = await member.result(jpeg, [convert(format)]);
      const rough = await member.result(jpeg, [compress(95), convert(format), compress(40, 'small')]);
      const qualities = [fine, rough].map(({ image: { result } }) => result?.quality);
      expect(qualities).toEqual([format === 'png' ? null : 85, 40]);
      expect(rough.bytes.length).toBeLessThan(fine.bytes.length);
    }
  });

  test('compress makes a file as fine as a number of bytes allows', async () => {
    const parameters = { max_bytes: 60_000 };
    const { image: done, bytes } = await anyone.result(photo, [
      resize(1200, 900),
      { operation_type: 'compress', parameters },
    ]);
    expect(done.operations[1]).toEqual({
      operation_type: 'compress',
      parameters: { max_bytes: 60_000, effort: 'balanced' },
    });
    expect(bytes.length).toBeLessThanOrEqual(60_000);
    const { quality } = done.result as { quality: number };
    expect(quality).toBeLessThan(85);
    const finer = await member.result(photo, [resize(1200, 900), compress(quality + 1)]);
    expect(finer.bytes.length).toBeGreaterThan(60_000);
  });

  test('compress never makes a file larger: the original stays, without its metadata', async () => {
    const exif = { IFD0: { Copyright: 'someone' } };
    const original = await image(photograph(600, 450)).jpeg({ quality: 20 }).withExif(exif).toBuffer();
    const { image: done, bytes } = await anyone.result(original, [compress(80)]);
    expect(done).toMatchObject({
      result: { format: 'jpg', width: 600, height: 450, quality: null },
      warnings: [{ code: 'kept_original', detail: expect.stringContaining(`${bytes.length} bytes`) }],
    });
    expect(bytes.length).toBeLessThan(original.length);
    expect(bytes.includes('someone')).toBe(false);
    const [before, after] = await Promise.all([original, bytes].map((file) => sharp(file).raw().toBuffer()));
    expect(after?.equals(before as Buffer)).toBe(true);
  });

  test('a picture that cannot be made so small fails, and says how small it became', async () => {
    const failed = await anyone.process(photo, [{ operation_type: 'compress', parameters: { max_bytes: 1_000 } }]);
    const { bytes } = await anyone.result(photo, [compress(40)]);
    expect(failed).toMatchObject({
      status: 'failed',
      result: null,
      error: {
        code: 'cannot_be_so_small',
        detail: `The smallest file that was reached has ${bytes.length} bytes, at quality 40; max_bytes is 1000.`,
      },
    });
  });

  test('convert: the last one wins, wherever it stands', async () => {
    const { image: done } = await anyone.result(jpeg, [convert('png'), convert('webp')]);
    expect(done.result?.format).toBe('webp');
  });

  test('convert makes AVIF, which is downloaded as such', async () => {
    const { id, result } = await anyone.process(photo, [resize(1200, 900), convert('avif')]);
    expect(result).toMatchObject({ format: 'avif', width: 1200, height: 900, quality: 70 });
    const response = await anyone.download(id);
    expect(response.headers.get('content-type')).toBe('image/avif');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="photo.avif"');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(await sharp(bytes).metadata()).toMatchObject({ compression: 'av1', width: 1200, height: 900 });
    const again = await anyone.upload(bytes);
    expect(again.status).toBe(415);
  });

  test('filters', async () => {
    const grey = await anyone.result(await image(quarters(40, 40)).png().toBuffer(), [filter('grayscale')]);
    const [r, g, b] = await colourAt(grey.bytes, 5, 5);
    expect([g, b]).toEqual([r, r]);
    const edges = await image(lineArt(64, 64)).png().toBuffer();
    const size = async (operations: object[]) => (await anyone.result(edges, operations)).bytes.length;
    const [plainSize, blurred] = [await size([convert('jpg')]), await size([filter('blur'), convert('jpg')])];
    expect(blurred).toBeLessThan(plainSize);
    expect(await size([filter('sharpen'), convert('jpg')])).toBeGreaterThan(blurred);
  });

  test('run in the order given', async () => {
    const art = await image(lineArt(64, 64)).png().toBuffer();
    const first = await anyone.result(art, [filter('blur'), resize(128, 128)]);
    const last = await anyone.result(art, [resize(128, 128), filter('blur')]);
    expect(first.bytes.equals(last.bytes)).toBe(false);
    const stripes = await anyone.result(art, [resize(1, 64), resize(64, 64)]);
    expect(await colourAt(stripes.bytes, 5, 40)).toEqual(await colourAt(stripes.bytes, 60, 40));
  });
});

describe('what a picture comes out as', () => {
  test('upright, and the size that a person sees is the one that is told', async () => {
    const held = await (await heldAt(quarters(60, 40), 6)).jpeg().toBuffer();
    expect((await sharp(held).metadata()).width).toBe(40);
    const { image: done, bytes } = await anyone.result(held);
    expect(done.source).toMatchObject({ width: 60, height: 40 });
    expect(done.result).toMatchObject({ width: 60, height: 40 });
    const [red, green, blue] = await Promise.all([
      colourAt(bytes, 10, 10),
      colourAt(bytes, 50, 10),
      colourAt(bytes, 10, 30),
    ]);
    expect([red, green, blue].map((colour) => colour.indexOf(Math.max(...colour)))).toEqual([0, 1, 2]);
  });

  test('without the metadata of the original', async () => {
    const told = await image(photograph(60, 40))
      .jpeg()
      .withExif({ IFD0: { Copyright: 'someone' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>')
      .toBuffer();
    expect((await sharp(told).metadata()).exif).toBeDefined();
    for (const format of ['jpg', 'png', 'webp', 'avif'] as const) {
      const { bytes } = await anyone.result(told, [convert(format)]);
      const { exif, xmp, iptc, icc, comments } = await sharp(bytes).metadata();
      expect({ exif, xmp, iptc, icc, comments }).toEqual({});
    }
  });

  test('transparency stays where the format can, and lies on white in JPEG', async () => {
    const hole = await image(plain(20, 20, [0, 0, 0, 0]))
      .png()
      .toBuffer();
    const webp = await anyone.result(hole, [convert('webp')]);
    expect((await sharp(webp.bytes).metadata()).hasAlpha).toBe(true);
    const jpg = await anyone.result(hole, [convert('jpg')]);
    expect(await colourAt(jpg.bytes, 10, 10)).toEqual([255, 255, 255]);
  });

  test('an animation stays one in WebP; elsewhere it is its first frame, with a warning', async () => {
    const frames = [plain(20, 20, [255, 0, 0]), plain(20, 20, [0, 0, 255]), plain(20, 20, [0, 255, 0])];
    const moving = await animation(frames).toBuffer();
    const kept = await anyone.result(moving, [resize(10, 10)]);
    expect(kept.image).toMatchObject({ warnings: [], source: { height: 20 }, result: { width: 10, height: 10 } });
    expect((await sharp(kept.bytes).metadata()).pages).toBe(3);
    const still = await anyone.result(moving, [convert('png')]);
    expect(still.image.warnings).toEqual([
      { code: 'animation_flattened', detail: expect.stringContaining('first of 3 frames') },
    ]);
    expect(await colourAt(still.bytes, 10, 10)).toEqual([255, 0, 0]);
  });

  test('a truncated image is accepted by its header, and its job fails with the reason', async () => {
    for (const [name, bytes] of [
      ['jpg', await image(photograph(300, 300)).jpeg().toBuffer()],
      ['png', await image(photograph(300, 300)).png().toBuffer()],
    ] as const) {
      const job = await anyone.process(bytes.subarray(0, bytes.length / 2));
      expect([name, job]).toEqual([
        name,
        expect.objectContaining({
          status: 'failed',
          error: { code: 'image_truncated', detail: expect.stringContaining('ends before its last pixel') },
          result: null,
          download_url: null,
          download_expires_at: null,
          completed_at: service.clock.now().toISOString(),
        }),
      ]);
      const download = await anyone.download(job.id);
      expect([download.status, await download.json()]).toMatchObject([409, { code: 'image_not_ready' }]);
      await expect.poll(() => service.storedFiles(job.id)).toEqual([]);
    }
  });

  test('a corrupt image fails as such, and the service goes on', async () => {
    const bytes = await image(photograph(300, 300)).png().toBuffer();
    bytes.fill(0x5a, 2000, 4000);
    const job = await anyone.process(bytes);
    expect(job).toMatchObject({ status: 'failed', error: { code: 'image_corrupt' } });
    expect((await anyone.process(jpeg)).status).toBe('completed');
  });
});

test('nothing stays in the spool folder', () => folderIsEmpty(service.spool));
