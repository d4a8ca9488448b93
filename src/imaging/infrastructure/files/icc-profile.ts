/** Chromaticities (CIE x and y) of a light source's white and of its three primaries. */
export interface Chromaticities {
  readonly white: Point;
  readonly red: Point;
  readonly green: Point;
  readonly blue: Point;
}

type Point = readonly [x: number, y: number];
type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

/** What numbers of a picture mean: the light of each of its primaries, and how much of it a number asks for. */
export interface ColourSpace {
  readonly chromaticities: Chromaticities;
  /** Light of 0 to 1 for a stored value of 0 to 1. */
  lightOf(value: number): number;
}

/** The white of the profile connection space, D50 (ICC.1:2022, 7.2.16). */
const D50: Vector = [0.9642, 1, 0.8249];
/** From XYZ to the responses of the eye's cones, as Bradford measured them (ICC.1:2022, annex E). */
const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];
/** A value of 8 bits falls on one of 4,096 points to within a fiftieth of its step; between points the line is straight. */
const CURVE_POINTS = 4096;
const HEADER_BYTES = 128;

/** An ICC profile (ICC.1:2022, version 4) of a display with these colours: a matrix, and a curve for all three. */
export function iccProfile(space: ColourSpace): Buffer {
  const curve = curveTag(space);
  const [red, green, blue] = colorantsOf(space.chromaticities);
  return profileOf([
    ['desc', textTag('From the chunks of a PNG')],
    ['cprt', textTag('None')],
    ['wtpt', xyzTag(D50)],
    ['rXYZ', xyzTag(red)],
    ['gXYZ', xyzTag(green)],
    ['bXYZ', xyzTag(blue)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ]);
}

/** How much of each primary makes white together; not all above 0 where the white lies outside of their triangle. */
export function sharesOfWhite({ white, red, green, blue }: Chromaticities): Vector {
  return product(inverted(transposed([xyzOf(red), xyzOf(green), xyzOf(blue)])), scaled(xyzOf(white), 1 / white[1]));
}

/** XYZ of each primary at its full light, as an eye sees it that has got used to D50. */
function colorantsOf(chromaticities: Chromaticities): Matrix {
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

type Tag = readonly [signature: string, data: Buffer];

function profileOf(tags: readonly Tag[]): Buffer {
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  const places = new Map<Buffer, number>();
  let end = HEADER_BYTES + table.length;
  tags.forEach(([signature, data], i) => {
    if (!places.has(data)) {
      places.set(data, end);
      end += data.length;
    }
    const entry = 4 + 12 * i;
    table.write(signature, entry, 'latin1');
    table.writeUInt32BE(places.get(data) as number, entry + 4);
    table.writeUInt32BE(data.length, entry + 8);
  });
  return Buffer.concat([headerOf(end), table, ...places.keys()]);
}

function headerOf(bytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(bytes, 0);
  header.writeUInt32BE(0x04400000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  xyzNumbers(D50).copy(header, 68);
  return header;
}

/** The curve as a table of 16-bit points; profiles whose channels share one hold it once. */
function curveTag({ lightOf }: ColourSpace): Buffer {
  const tag = Buffer.alloc(12 + 2 * CURVE_POINTS);
  tag.write('curv', 'latin1');
  tag.writeUInt32BE(CURVE_POINTS, 8);
  for (let i = 0; i < CURVE_POINTS; i += 1) {
    const light = Math.min(1, Math.max(0, lightOf(i / (CURVE_POINTS - 1))));
    tag.writeUInt16BE(Math.round(light * 0xffff), 12 + 2 * i);
  }
  return tag;
}

/** A text in one language. Tags begin at multiples of 4 bytes. */
function textTag(text: string): Buffer {
  const head = Buffer.alloc(28);
  head.write('mluc', 'latin1');
  head.writeUInt32BE(1, 8);
  head.writeUInt32BE(12, 12);
  head.write('enUS', 16, 'latin1');
  head.writeUInt32BE(text.length * 2, 20);
  head.writeUInt32BE(head.length, 24);
  const words = Buffer.alloc(Math.ceil((text.length * 2) / 4) * 4);
  words.write(text, 'utf16le');
  return Buffer.concat([head, words.swap16()]);
}

function xyzTag(value: Vector): Buffer {
  return Buffer.concat([Buffer.from('XYZ \0\0\0\0', 'latin1'), xyzNumbers(value)]);
}

/** Fixed-point numbers with 16 bits after the point. */
function xyzNumbers(value: Vector): Buffer {
  const bytes = Buffer.alloc(12);
  value.forEach((number, i) => {
    bytes.writeInt32BE(Math.round(number * 0x10000), 4 * i);
  });
  return bytes;
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
