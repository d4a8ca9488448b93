import type { Sharp } from 'sharp';
import { srgbValue } from './files/code-points.ts';
import type { ColourSpace } from './files/colour-space.ts';
import type { RawPixels } from './raw-pixels.ts';

/** Shades of a grey picture of 8 or 16 bits whose values mean this light, as sRGB's in 8 bits. Transparency stays. */
export async function greyPixelsOf(image: Sharp, depth: 8 | 16, lightOf: ColourSpace['lightOf']): Promise<RawPixels> {
  const raw = depth === 8 ? image.raw() : image.toColourspace('rgb16').raw({ depth: 'ushort' });
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  const values = depth === 8 ? data : new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  const most = 2 ** depth - 1;
  const shades = Uint8ClampedArray.from({ length: most + 1 }, (_, value) => 255 * srgbValue(lightOf(value / most)));
  const alpha = info.channels % 2 === 0 ? info.channels - 1 : -1;
  const pixels = Buffer.allocUnsafe(values.length);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    pixels[i] = i % info.channels === alpha ? value >> (depth - 8) : (shades[value] as number);
  }
  return { data: pixels, info };
}
