/** Chromaticities (CIE x and y) of a light source's white and of its three primaries. */
export interface Chromaticities {
  readonly white: Point;
  readonly red: Point;
  readonly green: Point;
  readonly blue: Point;
}

type Point = readonly [x: number, y: number];
export type Vector = readonly [number, number, number];
export type Matrix = readonly [Vector, Vector, Vector];

/** What numbers of a picture mean: the light of each of its primaries, and how much of it a number asks for. */
export interface ColourSpace {
  readonly chromaticities: Chromaticities;
  /** Light of 0 to 1 for a stored value of 0 to 1. */
  lightOf(value: number): number;
}

/** The white of the profile connection space, D50 (ICC.1:2022, 7.2.16). */
export const D50: Vector = [0.9642, 1, 0.8249];
/** From XYZ to the responses of the eye's cones, as Bradford measured them (ICC.1:2022, annex E). */
const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/** How much of each primary makes white together; not all above 0 where the white lies outside of their triangle. */
export function sharesOfWhite({ white, red, green, blue }: Chromaticities): Vector {
  return product(inverted(transposed([xyzOf(red), xyzOf(green), xyzOf(blue)])), scaled(xyzOf(white), 1 / white[1]));
}

/** XYZ of each primary at its full light, as an eye sees it that has got used to D50. */
export function colorantsOf(chromaticities: Chromaticities): Matrix {
  const { white, red, green, blue } = chromaticities;
  const whiteLight = scaled(xyzOf(white), 1 / white[1]);
  const shares = sharesOfWhite(chromaticities);
  const [from, to] = [product(BRADFORD, whiteLight), product(BRADFORD, D50)];
  const adapted = (light: Vector) => {
    const cones = product(BRADFORD, light);
    return product(
      inverted(BRADFORD),
      vector((i) => (cones[i] * to[i]) / from[i]),
    );
  };
  const colorant = (primary: Point, share: number) => adapted(scaled(xyzOf(primary), share));
  return [colorant(red, shares[0]), colorant(green, shares[1]), colorant(blue, shares[2])];
}

/** A light of this chromaticity, whose X, Y and Z come to 1. */
function xyzOf([x, y]: Point): Vector {
  return [x, y, 1 - x - y];
}

type Index = 0 | 1 | 2;

function vector(valueAt: (i: Index) => number): Vector {
  return [valueAt(0), valueAt(1), valueAt(2)];
}

function scaled(of: Vector, by: number): Vector {
  return vector((i) => of[i] * by);
}

function product(matrix: Matrix, of: Vector): Vector {
  return vector((i) => matrix[i][0] * of[0] + matrix[i][1] * of[1] + matrix[i][2] * of[2]);
}

function transposed([first, second, third]: Matrix): Matrix {
  const column = (i: Index): Vector => [first[i], second[i], third[i]];
  return [column(0), column(1), column(2)];
}

function inverted([first, second, third]: Matrix): Matrix {
  const crossed = (a: Vector, b: Vector): Vector => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const columns = [crossed(second, third), crossed(third, first), crossed(first, second)] as const;
  const determinant = vector((i) => first[i] * columns[0][i]).reduce((sum, value) => sum + value);
  return transposed([
    scaled(columns[0], 1 / determinant),
    scaled(columns[1], 1 / determinant),
    scaled(columns[2], 1 / determinant),
  ]);
}
