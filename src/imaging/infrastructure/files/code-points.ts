import type { Chromaticities, ColourSpace } from './colour-space.ts';

/** Colours by the code points of ITU-T H.273, as PNG's cICP chunk names them. */
export interface CodedColours extends ColourSpace {
  /** PQ and HLG: brighter than a screen's white; their numbers are read as if they were sRGB's. */
  readonly hdr: boolean;
}

const D65 = [0.3127, 0.329] as const;
const ILLUMINANT_C = [0.31, 0.316] as const;
const EQUAL_ENERGY = [1 / 3, 1 / 3] as const;

const BT709: Chromaticities = { white: D65, red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06] };
const SMPTE_C: Chromaticities = { white: D65, red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07] };

/** H.273, table 2. Those that are missing are reserved, or say nothing. */
const PRIMARIES: Readonly<Record<number, Chromaticities>> = {
  1: BT709,
  4: { white: ILLUMINANT_C, red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08] },
  5: { white: D65, red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06] },
  6: SMPTE_C,
  7: SMPTE_C,
  8: { white: ILLUMINANT_C, red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049] },
  9: { white: D65, red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046] },
  10: { white: EQUAL_ENERGY, red: [1, 0], green: [0, 1], blue: [0, 0] },
  11: { white: [0.314, 0.351], red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] },
  12: { white: D65, red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] },
  22: { white: D65, red: [0.63, 0.34], green: [0.295, 0.605], blue: [0.155, 0.077] },
};

/** sRGB (IEC 61966-2-1): what numbers mean where nothing else is said. */
export const SRGB: ColourSpace = {
  chromaticities: BT709,
  lightOf: (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4),
};

/** A stored value for light by sRGB, both 0 to 1. */
export function srgbValue(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

function cameraLight(value: number): number {
  return value < 0.081 ? value / 4.5 : ((value + 0.099) / 1.099) ** (1 / 0.45);
}

/** H.273, table 3, each the inverse of what it says of cameras. Those that are missing are reserved, or say nothing. */
const TRANSFERS: Readonly<Record<number, ColourSpace['lightOf']>> = {
  1: cameraLight,
  4: (value) => value ** 2.2,
  5: (value) => value ** 2.8,
  6: cameraLight,
  7: (value) => (value < 0.0912 ? value / 4 : ((value + 0.1115) / 1.1115) ** (1 / 0.45)),
  8: (value) => value,
  9: (value) => (value <= 0 ? 0 : 10 ** (2 * (value - 1))),
  10: (value) => (value <= 0 ? 0 : 10 ** (2.5 * (value - 1))),
  11: cameraLight,
  12: cameraLight,
  13: SRGB.lightOf,
  14: cameraLight,
  15: cameraLight,
  16: SRGB.lightOf,
  17: (value) => (52.37 / 48) * value ** 2.6,
  18: SRGB.lightOf,
};
const HDR_TRANSFERS = [16, 18];

/** The colours that two code points name; null where H.273 leaves one open. */
export function codedColours(primaries: number, transfer: number): CodedColours | null {
  const chromaticities = PRIMARIES[primaries];
  const lightOf = TRANSFERS[transfer];
  return chromaticities && lightOf ? { chromaticities, lightOf, hdr: HDR_TRANSFERS.includes(transfer) } : null;
}
