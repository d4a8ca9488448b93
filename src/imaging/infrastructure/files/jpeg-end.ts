import { dataOf, type JpegFrame, MARKER, partsOf } from './jpeg-segments.ts';

/** Huffman-coded: baseline, extended, progressive. A decoder of arithmetic codes takes any data for whole. */
const HUFFMAN_FRAMES = [0xc0, 0xc1, 0xc2];
const PROGRESSIVE = 0xc2;
const COEFFICIENTS = 64;

/**
 * Whether the file ends within a scan that may well be the last: all coefficients of all components are in it and in
 * those before, to their last bit. Whether its own data are whole only a decoder can tell, once there is an end marker.
 */
export function lacksItsEnd(file: Buffer, frame: JpegFrame): boolean {
  if (!HUFFMAN_FRAMES.includes(frame.marker)) return false;
  const missing = new Map<number, Set<number>>();
  let endsInScan = false;
  for (const { kind, marker, start, end } of partsOf(file)) {
    endsInScan = kind === 'scan' && end === file.length;
    if (marker === frame.marker) for (const id of componentsOf(file.subarray(start, end))) missing.set(id, all());
    if (marker === MARKER.sos) strike(missing, dataOf(file.subarray(start, end)), frame);
  }
  return endsInScan && [...missing.values()].every((left) => left.size === 0);
}

function all(): Set<number> {
  return new Set(Array(COEFFICIENTS).keys());
}

/** The ids in a frame's header, of three bytes a component. */
function componentsOf(segment: Buffer): number[] {
  const data = dataOf(segment);
  return Array.from({ length: data.readUInt8(5) }, (_, i) => data[6 + 3 * i] as number);
}

/** Takes out what a scan brings in full: its header has the components, the span of coefficients, the bits held back. */
function strike(missing: ReadonlyMap<number, Set<number>>, data: Buffer, frame: JpegFrame): void {
  const components = data[0] ?? 0;
  const [first = 0, last = 0, bits = 0] = data.subarray(1 + 2 * components);
  const isProgressive = frame.marker === PROGRESSIVE;
  if (isProgressive && (bits & 0x0f) > 0) return;
  const [from, to] = isProgressive ? [first, last] : [0, COEFFICIENTS - 1];
  for (let i = 0; i < components; i += 1) {
    const left = missing.get(data[1 + 2 * i] as number);
    for (let coefficient = from; coefficient <= to; coefficient += 1) left?.delete(coefficient);
  }
}
