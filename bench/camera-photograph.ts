import sharp, { type Sharp } from 'sharp';
import { type Pixels, photograph } from '../test/support/pictures.ts';
import { seededRandom } from '../test/support/seeded-random.ts';

const SMALLEST_LEAF = 8;
const LARGEST_LEAF = 900;
/** How often leaves cover the picture; what is left uncovered shows the smooth ground. */
const LAYERS = 3;
/** Standard deviation of the sensor's grain, of 255. */
const GRAIN = 5;

/**
 * A picture with the statistics of a photograph, made by code: "dead leaves", discs of every size that hide one another
 * (edges at all scales, a spectrum that falls like nature's), on smooth ground, slightly out of focus, with the grain of
 * a sensor. As a JPEG of quality 90, 12 MP weigh 3.6 MB.
 */
export async function cameraPhotograph(width: number, height: number, seed: number): Promise<Sharp> {
  const { data } = photograph(Math.ceil(width / 8), Math.ceil(height / 8), seed);
  const raw = { width: Math.ceil(width / 8), height: Math.ceil(height / 8), channels: 3 } as const;
  const ground = await sharp(data, { raw }).resize(width, height, { fit: 'fill' }).raw().toBuffer();
  const pixels: Pixels = { data: ground, width, height, channels: 3 };
  dropLeaves(pixels, seededRandom(seed + 1));
  const focused = sharp(ground, { raw: { width, height, channels: 3 } }).blur(0.8);
  const soft = await focused.raw().toBuffer();
  addGrain(soft, seededRandom(seed + 2));
  return sharp(soft, { raw: { width, height, channels: 3 } });
}

function dropLeaves({ data, width, height }: Pixels, random: () => number): void {
  const colour = Buffer.alloc(3);
  for (let covered = 0; covered < width * height * LAYERS; ) {
    // Sizes of leaves r with a density of r^-3, so that every scale covers as much.
    const spread = 1 / SMALLEST_LEAF ** 2 - 1 / LARGEST_LEAF ** 2;
    const radius = 1 / Math.sqrt(1 / SMALLEST_LEAF ** 2 - random() * spread);
    const [x, y] = [random() * width, random() * height];
    const light = 30 + random() * 190;
    for (let channel = 0; channel < 3; channel += 1) colour[channel] = light + (random() - 0.5) * 60;
    for (let row = Math.max(0, Math.ceil(y - radius)); row < Math.min(height, y + radius); row += 1) {
      const half = Math.sqrt(radius ** 2 - (row - y) ** 2);
      const [from, to] = [Math.max(0, Math.ceil(x - half)), Math.min(width, Math.floor(x + half))];
      if (to > from) data.fill(colour, (row * width + from) * 3, (row * width + to) * 3);
    }
    covered += Math.PI * radius ** 2;
  }
}

/** Adds a sensor’s grain to RGB pixels: noise with a bell-shaped spread, the same to all channels of a pixel and a little to each. */
export function addGrain(data: Buffer, random: () => number): void {
  for (let at = 0; at < data.length; at += 3) {
    // The sum of three even spreads is close enough to a bell; its standard deviation is 0.5.
    const grain = (random() + random() + random() - 1.5) * 2 * GRAIN;
    for (let channel = 0; channel < 3; channel += 1) {
      const value = (data[at + channel] as number) + grain + (random() - 0.5) * GRAIN;
      data[at + channel] = Math.min(255, Math.max(0, value));
    }
  }
}
