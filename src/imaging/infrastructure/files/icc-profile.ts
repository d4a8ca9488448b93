import { type ColourSpace, colorantsOf, D50, type Vector } from './colour-space.ts';

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
