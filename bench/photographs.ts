import { globSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { seededRandom } from '../test/support/seeded-random.ts';
import { addGrain, cameraPhotograph } from './camera-photograph.ts';

/** The sizes that are uploaded. */
export const SIZES = { '12 MP': { width: 4000, height: 3000 }, '2 MP': { width: 1632, height: 1224 } } as const;
export type SizeName = keyof typeof SIZES;

/** Paths of the pictures that a bench uploads in turn, by size. */
export type Photographs = Readonly<Record<SizeName, readonly string[]>>;

/** So many pictures: real ones differ a good deal in what they cost. */
const PICTURES = 4;
/** Smaller ones enlarge to mush. */
const LEAST_PIXELS = 4_000_000;
const QUALITY = 90;

/**
 * Writes the pictures to a folder: photographs that BENCH_PHOTOGRAPHS (a pattern of paths) names, cropped to 4:3 and
 * enlarged, with a sensor's grain, so that they weigh and decode as a camera's files do (3 to 4.5 MB at 12 MP); made by
 * code when it is unset.
 */
export async function photographs(
  folder: string,
  { pattern = process.env.BENCH_PHOTOGRAPHS, pictures = PICTURES } = {},
): Promise<Photographs> {
  const found = pattern ? await largeOnes(globSync(pattern).sort()) : [];
  if (pattern && found.length === 0) {
    throw new Error(`Expected photographs of 4 MP or more for BENCH_PHOTOGRAPHS, received none at ${pattern}`);
  }
  const paths: Record<SizeName, string[]> = { '12 MP': [], '2 MP': [] };
  for (let index = 0; index < pictures; index += 1) {
    for (const [size, { width, height }] of Object.entries(SIZES)) {
      const path = join(folder, `${size.replace(' ', '-')}-${index}.jpg`);
      const source = found[Math.floor((index * found.length) / pictures)];
      const picture = source
        ? await asCameraFile(source, width, height, index)
        : await cameraPhotograph(width, height, index);
      await picture.jpeg({ quality: QUALITY }).toFile(path);
      paths[size as SizeName].push(path);
    }
  }
  return paths;
}

async function largeOnes(paths: readonly string[]): Promise<string[]> {
  const sizes = await Promise.all(paths.map((path) => sharp(path).metadata()));
  return paths.filter((_, index) => (sizes[index]?.width ?? 0) * (sizes[index]?.height ?? 0) >= LEAST_PIXELS);
}

async function asCameraFile(path: string, width: number, height: number, seed: number): Promise<Sharp> {
  const pixels = await sharp(path)
    .autoOrient()
    .resize(width, height)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  addGrain(pixels, seededRandom(seed));
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
