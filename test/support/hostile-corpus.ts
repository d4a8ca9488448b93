import { deflateSync } from 'node:zlib';
import {
  jpegSegment,
  jpegSizeOffset,
  png,
  pngChunk,
  pngHeader,
  pngZeros,
  webp,
  webpFrame,
  webpHeader,
  webpPixels,
  withJpegSegments,
} from './file-parts.ts';
import { animation, image, photograph, plain, transparent } from './pictures.ts';
import { seededRandom } from './seeded-random.ts';

/** A file that a decoder may stumble over. */
export interface HostileFile {
  readonly name: string;
  readonly bytes: Buffer;
}

const FORMATS = ['jpeg', 'png', 'webp'] as const;

/** Whole pictures to do harm to: each format, interlaced ones, an animation. */
export async function wholePictures(): Promise<HostileFile[]> {
  const pictures = FORMATS.map(async (format) => ({
    name: format,
    bytes: await image(photograph(160, 120)).withExif(CAMERA).withIccProfile('p3').toFormat(format).toBuffer(),
  }));
  return Promise.all([
    ...pictures,
    named('progressive jpeg', image(photograph(160, 120)).jpeg({ progressive: true }).toBuffer()),
    named('interlaced png', image(transparent(160, 120)).png({ progressive: true }).toBuffer()),
    named('palette png', image(photograph(160, 120)).png({ palette: true }).toBuffer()),
    named('cmyk jpeg', image(photograph(160, 120)).toColourspace('cmyk').withIccProfile('cmyk').jpeg().toBuffer()),
    named('animation', animation([1, 2, 3].map((seed) => transparent(80, 60, seed))).toBuffer()),
  ]);
}

const CAMERA = { IFD0: { Make: 'a camera', Orientation: '6' }, IFD3: { GPSLatitude: '1/1 2/1 3/1' } };

/** The file cut off at every 5 % of its length. */
export function truncations({ name, bytes }: HostileFile): HostileFile[] {
  return Array.from({ length: 19 }, (_, i) => ({
    name: `${name} cut at ${(i + 1) * 5} %`,
    bytes: bytes.subarray(0, Math.floor((bytes.length * (i + 1)) / 20)),
  }));
}

/** Copies of the file with one to eight bits turned over; half of the copies are hit near their start. */
export function bitFlips({ name, bytes }: HostileFile, count: number, seed: number): HostileFile[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, copy) => {
    const flipped = Buffer.from(bytes);
    const reach = copy % 2 ? Math.min(600, bytes.length) : bytes.length;
    for (let left = 1 + Math.floor(random() * 8); left > 0; left -= 1) {
      const at = 12 + Math.floor(random() * (reach - 12));
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
    }
    return { name: `${name} flipped, seed ${seed}, copy ${copy}`, bytes: flipped };
  });
}

/** Files that claim far more pixels than they hold, or none. */
export async function sizeLies(): Promise<HostileFile[]> {
  const jpeg = await image(photograph(160, 120)).jpeg().toBuffer();
  const still = webpPixels(await image(photograph(160, 120)).webp().toBuffer());
  const jpegOf = (width: number, height: number) => {
    const bytes = Buffer.from(jpeg);
    bytes.writeUInt16BE(height, jpegSizeOffset(jpeg));
    bytes.writeUInt16BE(width, jpegSizeOffset(jpeg) + 2);
    return bytes;
  };
  const pngOf = (width: number, height: number) => png(pngHeader(width, height), pngZeros(480, 120));
  return [
    { name: 'flood jpeg 60000x60000', bytes: jpegOf(60_000, 60_000) },
    { name: 'flood jpeg 7000x7000', bytes: jpegOf(7_000, 7_000) },
    { name: 'flood png 60000x60000', bytes: pngOf(60_000, 60_000) },
    { name: 'flood png 7000x7000', bytes: pngOf(7_000, 7_000) },
    { name: 'flood png 2147483647x1', bytes: pngOf(2_147_483_647, 1) },
    { name: 'flood webp 16777216x16777216', bytes: webp(webpHeader(16_777_216, 16_777_216, 0), still) },
    { name: 'flood webp 16383x16383', bytes: webp(webpHeader(16_383, 16_383, 0), still) },
    {
      name: 'flood webp animation 7000x7000',
      bytes: webp(webpHeader(7_000, 7_000, 2), ANIMATED, webpFrame(160, 120, still)),
    },
    {
      name: 'webp frame outside of its canvas',
      bytes: webp(webpHeader(10, 10, 2), ANIMATED, webpFrame(160, 120, still)),
    },
    { name: 'zero jpeg', bytes: jpegOf(0, 0) },
    { name: 'zero height jpeg', bytes: jpegOf(160, 0) },
    { name: 'zero png', bytes: pngOf(0, 0) },
    { name: 'zero width png', bytes: pngOf(0, 10) },
    { name: 'png with too few rows', bytes: png(pngHeader(160, 500), pngZeros(480, 120)) },
    { name: 'png with too many rows', bytes: png(pngHeader(160, 20), pngZeros(480, 120)) },
  ];
}

const ANIMATED = Buffer.from('ANIM\x06\0\0\0\0\0\0\0\0\0', 'latin1');

/** Files whose structure lies: lengths, checksums, order and number of parts. */
export async function structureLies(): Promise<HostileFile[]> {
  const whole = await image(photograph(160, 120)).png().toBuffer();
  const rows = pngZeros(480, 120);
  const header = pngHeader(160, 120);
  const with32 = (bytes: Buffer, at: number, value: number) => {
    const changed = Buffer.from(bytes);
    changed.writeUInt32BE(value, at);
    return changed;
  };
  const still = await image(photograph(160, 120)).webp().toBuffer();
  const riff = Buffer.from(still);
  riff.writeUInt32LE(0xffffffff, 4);
  const chunk = Buffer.from(still);
  chunk.writeUInt32LE(0xfffffff0, 16);
  const jpeg = await image(photograph(160, 120)).jpeg().toBuffer();
  return [
    { name: 'png chunk longer than the file', bytes: with32(whole, 33, 0x7fffffff) },
    { name: 'png chunk of length 0xffffffff', bytes: with32(whole, 33, 0xffffffff) },
    { name: 'png chunk shorter than it is', bytes: with32(whole, 33, 5) },
    { name: 'png with a wrong header checksum', bytes: with32(whole, 29, 0) },
    { name: 'png with a wrong data checksum', bytes: with32(whole, whole.length - 16, 0) },
    { name: 'png without a header', bytes: png(rows) },
    { name: 'png with two headers', bytes: png(header, pngHeader(9, 9), rows) },
    { name: 'png without data', bytes: png(header) },
    { name: 'png with data of no meaning', bytes: png(header, pngChunk('IDAT', Buffer.alloc(500, 7))) },
    {
      name: 'png of 20,000 chunks',
      bytes: png(header, ...Array(20_000).fill(pngChunk('tEXt', Buffer.from('a\0b'))), rows),
    },
    { name: 'webp longer than its file', bytes: riff },
    { name: 'webp chunk longer than its file', bytes: chunk },
    { name: 'webp of nothing', bytes: webp() },
    { name: 'jpeg segment longer than its file', bytes: withJpegSegments(jpeg, Buffer.of(0xff, 0xe1, 0xff, 0xff)) },
    { name: 'jpeg of nothing', bytes: Buffer.of(0xff, 0xd8, 0xff, 0xd9) },
    { name: 'jpeg of markers', bytes: Buffer.concat([Buffer.of(0xff, 0xd8), Buffer.alloc(100_000, 0xff)]) },
    ...[...FORMATS.keys()].map((i) => ({
      name: `only the signature of ${FORMATS[i]}`,
      bytes: [jpeg, whole, still][i]?.subarray(0, 12) ?? Buffer.alloc(0),
    })),
    {
      name: 'gif behind the signature of a png',
      bytes: Buffer.concat([whole.subarray(0, 8), Buffer.from('GIF89a'), rows]),
    },
  ];
}

/** Metadata that loops, is nested, huge, or packed a thousandfold. */
export async function metadataLies(): Promise<HostileFile[]> {
  const jpeg = await image(photograph(160, 120)).jpeg().toBuffer();
  const pixels = webpPixels(await image(photograph(160, 120)).webp().toBuffer());
  const rows = [pngHeader(160, 120), pngZeros(480, 120)] as const;
  const exif = (tiff: Buffer) => jpegSegment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]));
  const bomb = deflateSync(Buffer.alloc(200_000_000), { level: 9 });
  const profile = (bytes: Buffer) => pngChunk('iCCP', Buffer.concat([Buffer.from('a\0\0', 'latin1'), bytes]));
  const iccParts = Array.from({ length: 120 }, (_, i) =>
    jpegSegment(
      0xe2,
      Buffer.concat([Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.of(i + 1, 120), Buffer.alloc(60_000, i)]),
    ),
  );
  const cmyk = await image(photograph(160, 120)).toColourspace('cmyk').jpeg().toBuffer();
  const broken = Buffer.concat([Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.of(1, 1), Buffer.alloc(3_000, 0x41)]);
  return [
    { name: 'exif that points to itself', bytes: withJpegSegments(jpeg, exif(tiffLoop(1))) },
    { name: 'exif directories in a circle', bytes: withJpegSegments(jpeg, exif(tiffLoop(200))) },
    {
      name: 'exif of 65535 entries',
      bytes: withJpegSegments(jpeg, exif(Buffer.from('II*\0\x08\0\0\0\xff\xff', 'latin1'))),
    },
    {
      name: 'exif orientation 4000',
      bytes: await image(photograph(160, 120))
        .withExif({ IFD0: { Orientation: '4000' } })
        .jpeg()
        .toBuffer(),
    },
    { name: 'png exif of 5 MB', bytes: png(rows[0], pngChunk('eXIf', Buffer.alloc(5_000_000, 0x49)), rows[1]) },
    { name: 'webp exif of 5 MB', bytes: webp(webpHeader(160, 120, 8), pixels, riffExif(5_000_000)) },
    { name: 'png profile that unpacks to 200 MB', bytes: png(rows[0], profile(bomb), rows[1]) },
    {
      name: 'png text that unpacks to 200 MB',
      bytes: png(rows[0], pngChunk('zTXt', Buffer.concat([Buffer.from('a\0\0', 'latin1'), bomb])), rows[1]),
    },
    { name: 'png profile of no meaning', bytes: png(rows[0], profile(deflateSync(Buffer.alloc(5_000, 9))), rows[1]) },
    { name: 'jpeg profile of 7 MB', bytes: withJpegSegments(jpeg, ...iccParts) },
    {
      name: 'jpeg of 4,000 comments',
      bytes: withJpegSegments(jpeg, ...Array(4_000).fill(jpegSegment(0xfe, Buffer.alloc(2_000, 0x41)))),
    },
    { name: 'cmyk with a broken profile', bytes: withJpegSegments(cmyk, jpegSegment(0xe2, broken)) },
    { name: 'rgb with a broken profile', bytes: withJpegSegments(jpeg, jpegSegment(0xe2, broken)) },
  ];
}

/** Files that are honest, and cost far more work than bytes. */
export async function bombs(): Promise<HostileFile[]> {
  const dot = (value: number) =>
    image(plain(2, 2, [value, 0, 0]))
      .webp({ lossless: true })
      .toBuffer();
  const dots = await Promise.all([dot(0), dot(255)]);
  const frames = Array.from({ length: 10_000 }, (_, i) => webpFrame(2, 2, webpPixels(dots[i % 2] as Buffer)));
  return [
    { name: 'png of 49 MP in 50 kB', bytes: png(pngHeader(7_000, 7_000, 0), pngZeros(7_000, 7_000)) },
    { name: 'png of 10 MP, one row high', bytes: png(pngHeader(1_000_000, 10, 0), pngZeros(1_000_000, 10)) },
    {
      name: 'webp of 49 MP',
      bytes: await image(plain(7_000, 7_000, [1, 2, 3]))
        .webp({ effort: 0 })
        .toBuffer(),
    },
    { name: 'animation of 10,000 frames', bytes: webp(webpHeader(2, 2, 2), ANIMATED, ...frames) },
    { name: 'animation of 60 frames of 0.8 MP', bytes: await animationOf(60, 900, 900) },
    { name: 'jpeg of 2,000 scans', bytes: await manyScans(2_000) },
  ];
}

/** Pictures that are something else as well, or that go on. */
export async function polyglots(): Promise<HostileFile[]> {
  const html = Buffer.from('<html><script>alert(1)</script></html>');
  const zip = Buffer.from('PK\x03\x04\x14\0\0\0\0\0'.repeat(200), 'latin1');
  const files = await wholePictures();
  const jpeg = files[0]?.bytes as Buffer;
  return [
    { name: 'jpeg with html in its comment', bytes: withJpegSegments(jpeg, jpegSegment(0xfe, html)) },
    ...files.flatMap(({ name, bytes }) => [
      { name: `${name} with html behind it`, bytes: Buffer.concat([bytes, html]) },
      { name: `${name} with a zip behind it`, bytes: Buffer.concat([bytes, zip]) },
      { name: `${name} with 5 MB behind it`, bytes: Buffer.concat([bytes, Buffer.alloc(5_000_000, 0x41)]) },
    ]),
  ];
}

/** A TIFF structure of directories, each pointing to the next and the last to the first. */
function tiffLoop(directories: number): Buffer {
  const start = Buffer.from('II*\0\x08\0\0\0', 'latin1');
  const all = Array.from({ length: directories }, (_, i) => {
    const directory = Buffer.alloc(18);
    directory.writeUInt16LE(1, 0);
    // The tag that points to a directory of its own.
    directory.writeUInt16LE(0x8769, 2);
    directory.writeUInt16LE(4, 4);
    directory.writeUInt32LE(1, 6);
    const next = 8 + 18 * ((i + 1) % directories);
    directory.writeUInt32LE(next, 10);
    directory.writeUInt32LE(next, 14);
    return directory;
  });
  return Buffer.concat([start, ...all]);
}

function riffExif(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes);
  return Buffer.concat([Buffer.from('EXIF', 'latin1'), length, Buffer.alloc(bytes, 0x49)]);
}

async function animationOf(count: number, width: number, height: number): Promise<Buffer> {
  const stills = await Promise.all(
    [1, 2].map(async (value) =>
      webpPixels(
        await image(plain(width, height, [value, 9, 9]))
          .webp({ effort: 0 })
          .toBuffer(),
      ),
    ),
  );
  const frames = Array.from({ length: count }, (_, i) => webpFrame(width, height, stills[i % 2] as Buffer));
  return webp(webpHeader(width, height, 2), ANIMATED, ...frames);
}

/** A progressive JPEG of 4 MP whose last scan comes again and again: each one goes over all pixels. */
async function manyScans(count: number): Promise<Buffer> {
  const bytes = await image(plain(2_000, 2_000, [90, 90, 90]))
    .jpeg({ progressive: true })
    .toBuffer();
  const scan = bytes.lastIndexOf(Buffer.of(0xff, 0xda));
  const last = bytes.subarray(scan, bytes.length - 2);
  return Buffer.concat([bytes.subarray(0, -2), ...Array(count).fill(last), bytes.subarray(-2)]);
}

async function named(name: string, bytes: Promise<Buffer>): Promise<HostileFile> {
  return { name, bytes: await bytes };
}
