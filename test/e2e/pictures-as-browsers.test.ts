import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jpegSegment, jpegSizeOffset, withJpegSegments } from '../support/file-parts.ts';
import { ImagesApi } from '../support/images-api.ts';
import { convert, resize } from '../support/operations.ts';
import { image, photograph } from '../support/pictures.ts';
import { colourChunk, pngFile } from '../support/png-files.ts';
import { type Service, startService } from '../support/service.ts';

let service: Service;
let anyone: ImagesApi;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '10000' });
  anyone = new ImagesApi(service);
});
afterAll(() => service.stop());

const jpeg = await image(photograph(120, 90)).jpeg().toBuffer();

async function pixelsOf(bytes: Uint8Array): Promise<{ data: Buffer; width: number; channels: number }> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, channels: info.channels };
}

test('a JPEG that decoders only warn of comes out as one that they do not warn of', async () => {
  const strange = withJpegSegments(
    jpeg,
    jpegSegment(0xee, Buffer.from('Adobe\0d\0\0\0\0\x02', 'latin1')),
    Buffer.of(1, 2, 3),
  );
  const [expected, actual] = [
    await anyone.result(jpeg, [convert('png')]),
    await anyone.result(strange, [convert('png')]),
  ];
  expect(actual.image).toMatchObject({ status: 'completed', warnings: [] });
  expect(Buffer.from(actual.bytes).equals(Buffer.from(expected.bytes))).toBe(true);
});

test('one that has lost pixels fails', async () => {
  const damaged = Buffer.concat([jpeg.subarray(0, jpeg.length / 2), jpeg.subarray(-2)]);
  expect(await anyone.process(damaged)).toMatchObject({ status: 'failed', error: { code: 'image_corrupt' } });
});

test('one of a kind that decoders leave out is refused as such', async () => {
  const deep = Buffer.from(jpeg);
  deep[jpegSizeOffset(deep) - 1] = 12;
  const response = await anyone.upload(deep, []);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    code: 'unsupported_jpeg',
    detail:
      'Expected a baseline or progressive JPEG of 8 bits a channel for original_image, received one of 12 bits a channel.',
  });
});

test("a PNG's own colours become sRGB", async () => {
  const linear = pngFile({
    width: 1,
    height: 1,
    depth: 8,
    colourType: 'rgb',
    valuesAt: () => [55, 55, 55],
    chunks: [colourChunk.gAMA(100_000)],
  });
  const { data } = await pixelsOf((await anyone.result(linear, [])).bytes);
  expect([...data]).toEqual([128, 128, 128]);
});

test('of one that is HDR the job warns', async () => {
  const hdr = pngFile({
    width: 1,
    height: 1,
    depth: 8,
    colourType: 'rgb',
    valuesAt: () => [128, 128, 128],
    chunks: [colourChunk.cICP(9, 16)],
  });
  const { image: job, bytes } = await anyone.result(hdr, []);
  expect(job.warnings).toEqual([{ code: 'hdr_flattened', detail: expect.stringContaining('HDR') }]);
  expect([...(await pixelsOf(bytes)).data]).toEqual([128, 128, 128]);
});

test('grey stays grey, and what is enlarged stays where it was', async () => {
  const dot = pngFile({
    width: 9,
    height: 9,
    depth: 8,
    colourType: 'grey',
    valuesAt: (x, y) => [x === 4 && y === 4 ? 255 : 0],
  });
  const { bytes } = await anyone.result(dot, [resize(18, 18)]);
  expect(await sharp(bytes).metadata()).toMatchObject({ space: 'b-w', channels: 1 });
  const { data, width, channels } = await pixelsOf(bytes);
  const at = (x: number, y: number) => data[(y * width + x) * channels];
  for (let y = 0; y < 18; y += 1) for (let x = 0; x < 18; x += 1) expect(at(x, y)).toBe(at(17 - x, 17 - y));
  expect(at(8, 8)).toBeGreaterThan(100);
});
