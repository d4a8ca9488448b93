/** What stands between the first bytes of a JPEG and its end: marked segments, the data of scans, and what is neither. */
export interface JpegPart {
  /** The second byte of its marker; null for data of a scan, or for bytes that belong to nothing. */
  readonly marker: number | null;
  readonly kind: 'segment' | 'scan' | 'stray';
  /** Where it begins in the file, with its marker, and where the next part does. */
  readonly start: number;
  readonly end: number;
}

export const MARKER = { soi: 0xd8, eoi: 0xd9, sos: 0xda, app0: 0xe0, app14: 0xee } as const;

/** Files of thousands of segments or scans exist; one of more was made to keep a program busy. */
const MOST_PARTS = 50_000;

/** Markers that stand alone: no length follows. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);
}

/** What a JPEG says of its pixels before they come. */
export interface JpegFrame {
  /** The process by which they are coded (ITU-T T.81, table B.1). */
  readonly marker: number;
  /** Of a channel. */
  readonly bits: number;
  /** 0 where it comes behind the first scan. */
  readonly height: number;
  readonly components: number;
}

/** The frame's header, as far as the file or its beginning shows one. */
export function frameOf(file: Buffer): JpegFrame | null {
  for (const { marker, start, end } of partsOf(file)) {
    if (marker === null || !beginsFrame(marker)) continue;
    const data = dataOf(file.subarray(start, end));
    if (data.length < 6) return null;
    return { marker, bits: data.readUInt8(0), height: data.readUInt16BE(1), components: data.readUInt8(5) };
  }
  return null;
}

/** What follows a segment's marker and length. */
export function dataOf(segment: Buffer): Buffer {
  return segment.subarray(segment.findIndex((byte) => byte !== 0xff) + 3);
}

/** Of the markers in this range three are tables, or left open. */
function beginsFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/**
 * The parts of a JPEG after its first marker, in order and without a gap, up to the end marker or to the part that the
 * file ends within, or to the 50,000th. Fill bytes before a marker belong to it.
 */
export function* partsOf(file: Buffer): Generator<JpegPart> {
  let at = 2;
  for (let parts = 0; at < file.length && parts < MOST_PARTS; parts += 1) {
    const found = markerAfter(file, at, false);
    if (found > at) yield { marker: null, kind: 'stray', start: at, end: found };
    const code = codeAfter(file, found);
    const marker = file[code];
    if (marker === undefined) return;
    const end = standsAlone(marker) ? code + 1 : endOfSegment(file, code);
    if (end > file.length) return;
    yield { marker, kind: 'segment', start: found, end };
    if (marker === MARKER.eoi) return;
    at = end;
    if (marker === MARKER.sos) {
      at = markerAfter(file, end, true);
      yield { marker: null, kind: 'scan', start: end, end: at };
    }
  }
}

/** Where the next marker begins; the file's length without one. Those that restart a scan are within its data. */
function markerAfter(file: Buffer, from: number, inScan: boolean): number {
  let at = from;
  while (at < file.length) {
    if (file[at] !== 0xff) {
      at += 1;
      continue;
    }
    const code = codeAfter(file, at);
    const marker = file[code];
    if (marker === undefined) break;
    // In the data of a scan 0xff is followed by 0; it is no marker elsewhere either.
    if (marker !== 0 && !(inScan && marker >= 0xd0 && marker <= 0xd7)) return at;
    at = code + 1;
  }
  return file.length;
}

/** Where the byte after the 0xff bytes at `at` stands. */
function codeAfter(file: Buffer, at: number): number {
  let code = at;
  while (file[code] === 0xff) code += 1;
  return code;
}

/** A segment's length counts its own two bytes. */
function endOfSegment(file: Buffer, code: number): number {
  return code + 3 <= file.length ? code + 1 + file.readUInt16BE(code + 1) : Number.POSITIVE_INFINITY;
}
