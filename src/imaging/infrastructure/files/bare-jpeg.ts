import { dataOf, MARKER, partsOf } from './jpeg-segments.ts';

/** What an Adobe segment tells a decoder: its name, a version, two words of flags, and how colours are coded. */
const ADOBE = { name: 'Adobe', bytes: 12 } as const;

/**
 * A JPEG's coded picture and nothing beside it: frames, tables and scans as they stand, and of what applications add
 * Adobe's word on how colours are coded. Null where the file does not come to its end.
 */
export function bareJpeg(file: Buffer): Buffer | null {
  const pieces: Buffer[] = [Buffer.of(0xff, MARKER.soi)];
  for (const { kind, marker, start, end } of partsOf(file)) {
    const bytes = file.subarray(start, end);
    if (marker === MARKER.eoi) return Buffer.concat([...pieces, Buffer.of(0xff, MARKER.eoi)]);
    if (kind === 'scan') pieces.push(bytes);
    else if (marker !== null && isDecoded(marker)) pieces.push(segment(marker, dataOf(bytes)));
    else if (marker === MARKER.app14) pieces.push(...adobeSegment(dataOf(bytes)));
  }
  return null;
}

/** Frames and tables (0xc0 to 0xcf), and what stands between them and the scans (0xda to 0xdf). */
function isDecoded(marker: number): boolean {
  return (marker >= 0xc0 && marker <= 0xcf) || (marker >= 0xda && marker <= 0xdf);
}

function adobeSegment(data: Buffer): Buffer[] {
  const isAdobe = data.length >= ADOBE.bytes && data.toString('latin1', 0, ADOBE.name.length) === ADOBE.name;
  return isAdobe ? [segment(MARKER.app14, data.subarray(0, ADOBE.bytes))] : [];
}

/** Without the bytes that may fill the room before a marker. */
function segment(marker: number, data: Buffer): Buffer {
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}
