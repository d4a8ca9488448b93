/** Bytes `start` to `end` of a file, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** One range (RFC 9110, 14.1.2): `first-last`, `first-` or `-suffix length`. */
const ONE_RANGE = /^bytes\s*=\s*(?:(\d+)-(\d*)|-(\d+))\s*$/i;

/**
 * The range that a `Range` header asks for of `size` bytes. `whole` for what a server may ignore: malformed and reversed
 * ranges, other units, several ranges at once. Express's own parser takes a reversed one for unsatisfiable.
 */
export function byteRangeOf(header: string, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = ONE_RANGE.exec(header);
  if (!match) return 'whole';
  const [, first, last, suffix] = match;
  if (suffix !== undefined) {
    return Number(suffix) === 0 ? 'unsatisfiable' : { start: Math.max(0, size - Number(suffix)), end: size - 1 };
  }
  const start = Number(first);
  const end = last ? Number(last) : Number.POSITIVE_INFINITY;
  if (start > end) return 'whole';
  return start < size ? { start, end: Math.min(end, size - 1) } : 'unsatisfiable';
}
