import type { Metadata, Sharp } from 'sharp';
import type { RawPixels } from './raw-pixels.ts';

/** Where an ICC profile names its colours and what it is (ICC.1, 7.2). */
const ICC_SPACE_AT = 16;
const ICC_SIGNATURE_AT = 36;

/** Whether a picture is of four inks, and no profile tells their colours. */
export function isPlainInk({ space, icc }: Metadata): boolean {
  return space === 'cmyk' && !(icc && isInkProfile(icc));
}

function isInkProfile(icc: Buffer): boolean {
  const wordAt = (at: number) => icc.toString('latin1', at, at + 4);
  return wordAt(ICC_SPACE_AT) === 'CMYK' && wordAt(ICC_SIGNATURE_AT) === 'acsp';
}

/**
 * The picture in sRGB as browsers show one whose inks have no profile: each ink takes its own colour of light away, and
 * black takes of all.
 */
export async function inkPixelsOf(image: Sharp): Promise<RawPixels> {
  const inks = image.pipelineColourspace('cmyk').toColourspace('cmyk');
  const { data, info } = await inks.raw().toBuffer({ resolveWithObject: true });
  // In place: three numbers for every four that are read.
  let to = 0;
  for (let from = 0; from < data.length; from += 4, to += 3) {
    const light = 255 - (data[from + 3] as number);
    for (let ink = 0; ink < 3; ink += 1) {
      data[to + ink] = Math.round(((255 - (data[from + ink] as number)) * light) / 255);
    }
  }
  return { data: data.subarray(0, to), info: { ...info, channels: 3 } };
}
