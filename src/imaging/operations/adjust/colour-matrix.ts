/** What red, green and blue become of red, green and blue: three rows of three. */
export type ColourMatrix = readonly [number, number, number, number, number, number, number, number, number];

/** How much of the light each colour has, as Filter Effects (CSS) counts it. */
const [RED, GREEN, BLUE] = [0.213, 0.715, 0.072] as const;

/** Colours as strong as this: 0 leaves grey, 1 leaves them as they are. Filter Effects, `saturate`. */
export function saturated(by: number): ColourMatrix {
  const rest = 1 - by;
  return [
    RED * rest + by,
    GREEN * rest,
    BLUE * rest,
    RED * rest,
    GREEN * rest + by,
    BLUE * rest,
    RED * rest,
    GREEN * rest,
    BLUE * rest + by,
  ];
}

/** Colours turned around the circle by so many degrees. Filter Effects, `hue-rotate`. */
export function hueTurned(degrees: number): ColourMatrix {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [
    RED + cos * (1 - RED) - sin * RED,
    GREEN - cos * GREEN - sin * GREEN,
    BLUE - cos * BLUE + sin * (1 - BLUE),
    RED - cos * RED + sin * 0.143,
    GREEN + cos * (1 - GREEN) + sin * 0.14,
    BLUE - cos * BLUE - sin * 0.283,
    RED - cos * RED - sin * (1 - RED),
    GREEN - cos * GREEN + sin * GREEN,
    BLUE + cos * (1 - BLUE) + sin * BLUE,
  ];
}

/** One matrix that does what the second does and then what the first does. */
export function product(after: ColourMatrix, before: ColourMatrix): ColourMatrix {
  const at = (row: number, column: number) =>
    [0, 1, 2].reduce((sum, i) => sum + (after[row * 3 + i] as number) * (before[i * 3 + column] as number), 0);
  return [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), at(2, 0), at(2, 1), at(2, 2)];
}
