/** A colour of 0-255 each, and how much of it is seen: 0 to 1. */
export interface Rgba {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

/** `#rgb`, `#rrggbb`, `#rrggbbaa` or `transparent`. */
export const COLOR_PATTERN = /^(?:#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})|transparent)$/i;

/** What `COLOR_PATTERN` takes, in words. */
export const COLOR_FORMS = '#rgb, #rrggbb, #rrggbbaa or transparent';

/** Where a picture cannot be transparent, white shows through. */
const TRANSPARENT: Rgba = { red: 255, green: 255, blue: 255, alpha: 0 };

/** What a colour of `COLOR_PATTERN` means. One that cannot be seen is transparent white. */
export function rgbaOf(color: string): Rgba {
  if (color.toLowerCase() === 'transparent') return TRANSPARENT;
  const digits = color.slice(1);
  const pairs = digits.length === 3 ? [...digits].map((digit) => digit + digit) : (digits.match(/../g) ?? []);
  const [red = 0, green = 0, blue = 0, alpha = 255] = pairs.map((pair) => Number.parseInt(pair, 16));
  return alpha === 0 ? TRANSPARENT : { red, green, blue, alpha: alpha / 255 };
}

/** The opaque colour that this one is on white. */
export function onWhite(color: string): string {
  const { red, green, blue, alpha } = rgbaOf(color);
  const values = [red, green, blue].map((value) => Math.round(value * alpha + 255 * (1 - alpha)));
  return `#${values.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Whether a colour is a shade of grey, so that a grey picture stays one beside it. */
export function isGreyColor(color: string): boolean {
  const { red, green, blue } = rgbaOf(color);
  return red === green && green === blue;
}
