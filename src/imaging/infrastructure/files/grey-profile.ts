import { srgbValue } from './code-points.ts';
import type { ColourSpace } from './colour-space.ts';

const HEADER_BYTES = 128;

/**
 * Light for a stored value, both 0 to 1, by the curve of an ICC profile for grey; null where it has none that leads to
 * light (ICC.1:2022, 8.3.4, 10.6 and 10.18). Of such profiles little cms makes a table of few points, which is off by up
 * to 9 of 255 in the dark.
 */
export function greyCurveOf(profile: Buffer): ColourSpace['lightOf'] | null {
  if (profile.length < HEADER_BYTES || profile.toString('latin1', 16, 24) !== 'GRAYXYZ ') return null;
  const tag = tagOf(profile, 'kTRC');
  switch (tag?.toString('latin1', 0, 4)) {
    case 'curv':
      return tableCurve(tag as Buffer);
    case 'para':
      return parametricCurve(tag as Buffer);
    default:
      return null;
  }
}

/** Whether each value of 8 bits is the one by which sRGB means the same light. */
export function isSrgbCurve(lightOf: ColourSpace['lightOf']): boolean {
  for (let value = 0; value <= 255; value += 1) {
    if (Math.round(255 * srgbValue(lightOf(value / 255))) !== value) return false;
  }
  return true;
}

function tagOf(profile: Buffer, signature: string): Buffer | undefined {
  for (let entry = HEADER_BYTES + 4; entry + 12 <= profile.length; entry += 12) {
    if (profile.toString('latin1', entry, entry + 4) !== signature) continue;
    const start = profile.readUInt32BE(entry + 4);
    return profile.subarray(start, start + profile.readUInt32BE(entry + 8));
  }
  return undefined;
}

/** No point: a straight line; one: a gamma with 8 bits after the point; more: what lies between 0 and 1. */
function tableCurve(tag: Buffer): ColourSpace['lightOf'] | null {
  const count = tag.length < 12 ? Number.NaN : tag.readUInt32BE(8);
  if (!(tag.length >= 12 + 2 * count)) return null;
  if (count === 0) return (value) => value;
  if (count === 1) return (value) => value ** (tag.readUInt16BE(12) / 256);
  const point = (i: number) => tag.readUInt16BE(12 + 2 * Math.min(i, count - 1)) / 0xffff;
  return (value) => {
    const place = value * (count - 1);
    const before = Math.floor(place);
    return point(before) + (point(before + 1) - point(before)) * (place - before);
  };
}

/** Of the five functions each has the parameters of the one before it, and more. */
const PARAMETERS = [1, 3, 4, 5, 7];

function parametricCurve(tag: Buffer): ColourSpace['lightOf'] | null {
  const count = tag.length < 12 ? undefined : PARAMETERS[tag.readUInt16BE(8)];
  if (count === undefined || tag.length < 12 + 4 * count) return null;
  const given = Array.from({ length: count }, (_, i) => tag.readInt32BE(12 + 4 * i) / 0x10000);
  const [gamma = 1, a = 1, b = 0, third = 0, fourth = 0, e = 0, f = 0] = given;
  const power = (value: number) => Math.max(0, a * value + b) ** gamma;
  switch (count) {
    case 1:
      return power;
    case 3:
      return (value) => (value >= -b / a ? power(value) : 0);
    case 4:
      return (value) => (value >= -b / a ? power(value) + third : third);
    default:
      return (value) => (value >= fourth ? power(value) + e : third * value + f);
  }
}
