/** A picture of 3 channels of 8 bits. */
interface Picture {
  readonly data: Buffer;
  readonly width: number;
}

/** Shares of a rounding that a pixel hands on: to the right, and to the left, below and to the right in the next row. */
const RIGHT = 7 / 16;
const BELOW = [3 / 16, 5 / 16, 1 / 16] as const;

/** The picture in black and white of each channel, by error diffusion (Floyd and Steinberg): what deflate searches longest. */
export function dithered({ data, width }: Picture): Buffer {
  const row = 3 * width;
  const light = Float32Array.from(data);
  const add = (at: number, rounding: number) => {
    if (at < light.length) light[at] = (light[at] as number) + rounding;
  };
  for (let at = 0; at < light.length; at += 1) {
    const value = light[at] as number;
    const dot = value > 127 ? 255 : 0;
    light[at] = dot;
    const rounding = value - dot;
    add(at + 3, RIGHT * rounding);
    BELOW.forEach((share, i) => {
      add(at + row + 3 * (i - 1), share * rounding);
    });
  }
  return Buffer.from(Uint8Array.from(light));
}
