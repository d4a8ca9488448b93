import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { createDeflate } from 'node:zlib';
import sharp, { type CreateRaw, type Sharp } from 'sharp';
import type { Size } from '../../src/imaging/domain/image-facts.ts';
import { png, pngChunk } from './file-parts.ts';
import { seededRandom } from './seeded-random.ts';

/** Pixels of 8 bits a channel, made by code. */
export interface Pixels extends Size {
  readonly data: Buffer;
  readonly channels: 1 | 2 | 3 | 4;
}

/**
 * Colours with the statistics of a photograph: noise whose strength falls with its frequency, in all scales down to a
 * fine grain, so that encoders work as hard on it as on a camera's picture.
 */
export function photograph(width: number, height: number, seed = 1): Pixels {
  const random = seededRandom(seed);
  const sums = new Float32Array(width * height * 3);
  for (let cells = 2, strength = 60; cells < Math.max(width, height); cells *= 2, strength *= 0.62) {
    addNoise(sums, width, height, cells, strength, random);
  }
  const data = Buffer.alloc(sums.length);
  for (let i = 0; i < sums.length; i += 1) data[i] = clamp(120 + (sums[i] as number) + (random() - 0.5) * 6);
  return { data, width, height, channels: 3 };
}

/** One octave: random values on a grid of `cells` a side, and straight lines between them; colours differ a little. */
function addNoise(
  sums: Float32Array,
  width: number,
  height: number,
  cells: number,
  strength: number,
  random: () => number,
): void {
  const longest = Math.max(width, height);
  const side = Math.ceil((width / longest) * cells) + 2;
  const rows = Math.ceil((height / longest) * cells) + 2;
  const grid = Float32Array.from({ length: side * rows * 3 }, () => (random() - 0.5) * strength);
  // Brightness varies more than colour does.
  for (let i = 0; i < grid.length; i += 3) {
    const light = (grid[i] as number) * 1.6;
    for (let channel = 0; channel < 3; channel += 1) {
      grid[i + channel] = light + (grid[i + channel] as number) * 0.4;
    }
  }
  for (let y = 0, at = 0; y < height; y += 1) {
    const gy = (y / longest) * cells;
    const row = Math.floor(gy);
    const fy = gy - row;
    for (let x = 0; x < width; x += 1) {
      const gx = (x / longest) * cells;
      const column = Math.floor(gx);
      const fx = gx - column;
      let corner = (row * side + column) * 3;
      for (let channel = 0; channel < 3; channel += 1, at += 1, corner += 1) {
        const upper = (grid[corner] as number) * (1 - fx) + (grid[corner + 3] as number) * fx;
        const lower = (grid[corner + side * 3] as number) * (1 - fx) + (grid[corner + side * 3 + 3] as number) * fx;
        sums[at] = (sums[at] as number) + upper * (1 - fy) + lower * fy;
      }
    }
  }
}

/** Sharp edges and flat colours: bars, squares and circles on white. */
export function lineArt(width: number, height: number, seed = 1): Pixels {
  const random = seededRandom(seed);
  const period = 6 + Math.floor(random() * 20);
  const ink = [0, 1, 2].map(() => Math.floor(random() * 200));
  return drawn(width, height, 3, (x, y) => {
    const ring = Math.hypot(x - width / 2, y - height / 2) % (period * 2) < period / 2;
    const bar = x % period < 2 && y > height / 2;
    return ring || bar ? ink : [255, 255, 255];
  });
}

/** A photograph that fades out to the right, with a hole in its middle. */
export function transparent(width: number, height: number, seed = 1): Pixels {
  const { data } = photograph(width, height, seed);
  return drawn(width, height, 4, (x, y) => {
    const at = (y * width + x) * 3;
    const hole = Math.hypot(x - width / 2, y - height / 2) < Math.min(width, height) / 6;
    const alpha = hole ? 0 : clamp(255 - (x / width) * 200);
    return [data[at] as number, data[at + 1] as number, data[at + 2] as number, alpha];
  });
}

/** Four quarters of plain colour, no two alike, so that every turn and mirroring shows: red, green / blue, white. */
export function quarters(width: number, height: number): Pixels {
  const colours = [
    [230, 20, 20],
    [20, 200, 20],
    [20, 20, 230],
    [255, 255, 255],
  ];
  return drawn(width, height, 3, (x, y) => colours[(x < width / 2 ? 0 : 1) + (y < height / 2 ? 0 : 2)] as number[]);
}

/** Pixels of one colour: 1, 3 or 4 values of 0-255. */
export function plain(width: number, height: number, colour: number[]): Pixels {
  return drawn(width, height, colour.length as Pixels['channels'], () => colour);
}

/** A sharp pipeline that begins with these pixels, to be encoded. */
export function image({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}

/** An animated WebP, lossless; the frames have one size. */
export function animation(frames: readonly Pixels[], delay = frames.map(() => 100), loop = 0): Sharp {
  const [{ width, height: pageHeight, channels } = quarters(1, 1)] = frames;
  const data = Buffer.concat(frames.map((frame) => frame.data));
  const raw = { width, height: pageHeight * frames.length, channels, pageHeight };
  return sharp(data, { raw, pages: -1, limitInputPixels: false }).webp({ lossless: true, effort: 0, delay, loop });
}

/** The picture as a camera would store it that was held so that EXIF orientation `orientation` (1-8) sets it right. */
export async function heldAt(pixels: Pixels, orientation: number): Promise<Sharp> {
  // What undoes each orientation: a mirroring first, then a turn to the right.
  const undone = [
    [false, 0],
    [true, 0],
    [false, 180],
    [true, 180],
    [true, 270],
    [false, 270],
    [true, 90],
    [false, 90],
  ] as const;
  const [mirrored, angle] = undone[orientation - 1] as (typeof undone)[number];
  const flopped = await image(pixels).flop(mirrored).raw().toBuffer();
  const turned = await image({ ...pixels, data: flopped })
    .rotate(angle)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return image({ ...pixels, ...turned.info, channels: pixels.channels, data: turned.data }).withMetadata({
    orientation,
  });
}

/** A JPEG with a second picture in it that says how bright each part is, as phones store them. */
export async function brightJpeg(width: number, height: number): Promise<Buffer> {
  const light = new Float32Array(width * height * 3).fill(0.4).fill(3, 0, width * 3 * Math.floor(height / 2));
  // sharp does both, but its types know neither.
  const raw = { width, height, channels: 3, depth: 'float' } as CreateRaw;
  const scene = sharp(Buffer.from(light.buffer), { raw }).toColourspace('scrgb').jpeg();
  return (scene as Sharp & { withGainMap(): Sharp }).withGainMap().toBuffer();
}

function drawn(
  width: number,
  height: number,
  channels: Pixels['channels'],
  colourAt: (x: number, y: number) => readonly number[],
): Pixels {
  const data = Buffer.alloc(width * height * channels);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += channels) data.set(colourAt(x, y), at);
  }
  return { data, width, height, channels };
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

/** A black PNG of any size with 4 colours, made without holding its pixels: 30000x30000 take some hundred kB. */
export async function hugePng(width: number, height: number): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([2, 0, 0, 0, 0], 8);
  const deflate = createDeflate({ level: 9 });
  const deflated = buffer(deflate);
  const row = Buffer.alloc(1 + Math.ceil((width * 2) / 8));
  const rows = Buffer.concat(Array.from({ length: 100 }, () => row));
  for (let y = 0; y < height; y += 100) {
    const some = rows.subarray(0, row.length * Math.min(100, height - y));
    if (!deflate.write(some)) await once(deflate, 'drain');
  }
  deflate.end();
  return png(pngChunk('IHDR', header), pngChunk('IDAT', await deflated));
}
