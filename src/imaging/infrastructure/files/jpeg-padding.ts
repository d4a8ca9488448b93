import { type JpegPart, partsOf } from './jpeg-segments.ts';

/** libjpeg's words: how many bytes a decoder had left over behind a scan, and the marker that follows them. */
const LEFT_OVER = /(\d+) extraneous bytes before marker 0x([0-9a-f]{2})/;

/** Segments that no decoder here looks into (APP3 to APP12, and APP15). */
const LABELS = [0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xeb, 0xec, 0xef];
/** A segment without data has a length of 2. */
const label = (marker: number) => Buffer.of(0xff, marker, 0, 2);

/** A scan whose data end in zeros. They may be a picture's: a surface of one colour is coded so. */
interface PaddedScan {
  /** Where its data end, and how many zeros they end in. */
  readonly end: number;
  readonly zeros: number;
  /** The marker behind it; null where the file ends. */
  readonly next: number | null;
}

/**
 * The file without the zeros behind the scan of which a decoder complained. All of them go: were they what a cut-off
 * file was filled with, the decoder had taken some for pixels, and now lacks these. Where the complaint fits several
 * scans, they get a segment each behind them, so that the next one tells which it is. Null where it speaks of something
 * else, or of more than zeros.
 */
export function withoutPadding(file: Buffer, complaint: string): Buffer | null {
  const [, count, marker] = LEFT_OVER.exec(complaint) ?? [];
  if (!count || !marker) return null;
  const next = Number.parseInt(marker, 16);
  const scans = paddedScans(file).filter((scan) => scan.next === next && scan.zeros >= Number(count));
  const [only, ...others] = scans;
  if (!only || scans.length > LABELS.length) return null;
  if (others.length > 0) return labelled(file, scans);
  return Buffer.concat([file.subarray(0, only.end - only.zeros), file.subarray(only.end)]);
}

function labelled(file: Buffer, scans: readonly PaddedScan[]): Buffer {
  const starts = [0, ...scans.map(({ end }) => end)];
  return Buffer.concat(
    starts.flatMap((start, i) => {
      const piece = file.subarray(start, starts[i + 1]);
      return i === 0 ? [piece] : [label(LABELS[i - 1] as number), piece];
    }),
  );
}

function paddedScans(file: Buffer): PaddedScan[] {
  const scans: PaddedScan[] = [];
  let scan: JpegPart | null = null;
  for (const part of partsOf(file)) {
    const zeros = scan ? zerosBehind(file.subarray(scan.start, scan.end)) : 0;
    if (scan && zeros > 0) scans.push({ end: scan.end, zeros, next: part.marker });
    scan = part.kind === 'scan' ? part : null;
  }
  return scans;
}

/** A zero behind 0xff belongs to it. */
function zerosBehind(data: Buffer): number {
  let at = data.length;
  while (at > 0 && data[at - 1] === 0) at -= 1;
  const zeros = data.length - at;
  return data[at - 1] === 0xff ? Math.max(0, zeros - 1) : zeros;
}
