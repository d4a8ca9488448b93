/**
 * A profile for grey pictures of version 2: light is the stored value of 0-1 to the power of `gamma`, which is a
 * multiple of 1/256.
 */
export function greyProfile(gamma: number): Buffer {
  const white = Buffer.concat([Buffer.from('XYZ \0\0\0\0', 'latin1'), fixed(0.9642), fixed(1), fixed(0.8249)]);
  const curve = Buffer.alloc(16);
  curve.write('curv', 'latin1');
  curve.writeUInt32BE(1, 8);
  curve.writeUInt16BE(Math.round(gamma * 256), 12);
  const table = Buffer.alloc(4 + 2 * 12);
  table.writeUInt32BE(2, 0);
  const [whiteAt, curveAt] = [128 + table.length, 128 + table.length + white.length];
  tag(table, 4, 'wtpt', whiteAt, white.length);
  tag(table, 16, 'kTRC', curveAt, 14);
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
