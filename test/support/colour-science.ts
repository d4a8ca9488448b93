/** Light of 0-1 in red, green and blue. */
type Light = readonly [number, number, number];
type Matrix = readonly [Light, Light, Light];

/** From the primaries of others to sRGB's, light to light, as CSS Color 4 publishes them (section 17). */
export const TO_SRGB: Readonly<Record<'display p3' | 'rec2020', Matrix>> = {
  'display p3': [
    [1.2249401762805598, -0.22494017628055996, 0],
    [-0.042056954709688163, 1.0420569547096881, 0],
    [-0.019637554590334432, -0.078636045550631889, 1.0982736001409663],
  ],
  rec2020: [
    [1.6604910021084345, -0.58764113878854951, -0.072849863319884883],
    [-0.12455047452159074, 1.1328998971259603, -0.0083494226043694768],
    [-0.018150763354905303, -0.10057889800800739, 1.1187296613629127],
  ],
};

/** A number of 0-255 for light of 0-1 by sRGB (IEC 61966-2-1); what is out of range is clipped. */
export function srgbNumber(light: number): number {
  const clipped = Math.min(1, Math.max(0, light));
  return 255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055);
}

/** Light of 0-1 for a number of 0-255 by sRGB. */
export function srgbLight(number: number): number {
  const value = number / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Light in sRGB's primaries. */
export function converted(light: readonly number[], matrix: Matrix): number[] {
  return matrix.map((row) => row.reduce((sum, share, i) => sum + share * (light[i] as number), 0));
}
