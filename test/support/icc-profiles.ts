/**
 * A profile for grey pictures of version 2: light is the stored value of 0-1 to the power of `gamma`, which is a
 * multiple of 1/256.
 */
export function greyProfile(gamma: number): Buffer {
  return greyProfileOf([Math.round(gamma * 256)]);
}

/** One whose light, 0 to 1, is what a function says of the value at so many points, and straight in between. */
export function sampledGreyProfile(lightOf: (value: number) => number, points = 1024): Buffer {
  return greyProfileOf(Array.from({ length: points }, (_, i) => Math.round(0xffff * lightOf(i / (points - 1)))));
}

function greyProfileOf(numbers: readonly number[]): Buffer {
  const white = Buffer.concat([Buffer.from('XYZ \0\0\0\0', 'latin1'), fixed(0.9642), fixed(1), fixed(0.8249)]);
  const curve = Buffer.alloc(12 + 4 * Math.ceil(numbers.length / 2));
  curve.write('curv', 'latin1');
  curve.writeUInt32BE(numbers.length, 8);
  numbers.forEach((number, i) => {
    curve.writeUInt16BE(number, 12 + 2 * i);
  });
  const table = Buffer.alloc(4 + 2 * 12);
  table.writeUInt32BE(2, 0);
  const [whiteAt, curveAt] = [128 + table.length, 128 + table.length + white.length];
  tag(table, 4, 'wtpt', whiteAt, white.length);
  tag(table, 16, 'kTRC', curveAt, 12 + 2 * numbers.length);
  const header = Buffer.alloc(128);
  header.writeUInt32BE(curveAt + curve.length, 0);
  header.writeUInt32BE(0x02400000, 8);
  header.write('mntrGRAYXYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  header.set(white.subarray(8), 68);
  return Buffer.concat([header, table, white, curve]);
}

function tag(table: Buffer, at: number, signature: string, offset: number, length: number): void {
  table.write(signature, at, 'latin1');
  table.writeUInt32BE(offset, at + 4);
  table.writeUInt32BE(length, at + 8);
}

function fixed(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 0x10000));
  return bytes;
}
