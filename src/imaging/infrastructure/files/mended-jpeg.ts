import { lacksItsEnd } from './jpeg-end.ts';
import { dataOf, frameOf, type JpegFrame, type JpegPart, MARKER, partsOf } from './jpeg-segments.ts';

/*
 * What a decoder warns of in a JPEG, and what becomes of it here. libjpeg has ten warnings (`JWRN_…` in its jerror.h):
 *
 * - The structure is wrong, and every pixel is there. `mendedJpeg` sets it right without touching the pixels' data:
 *   EXTRANEOUS_DATA before a segment that follows another one, NOT_SEQUENTIAL (a scan's header whose numbers mean
 *   nothing in this process), ADOBE_XFORM and JFIF_MAJOR (codes that nobody defined, for which all decoders assume one),
 *   JPEG_EOF where nothing but the end marker may be missing.
 * - Pixels are lost or wrong: HUFF_BAD_CODE, ARITH_BAD_CODE, HIT_MARKER, MUST_RESYNC, BOGUS_PROGRESSION, JPEG_EOF in what
 *   cannot be the last scan, and EXTRANEOUS_DATA behind the data of a scan, where it is what a decoder has left over that
 *   lost its way; but not where that is zeros, which `withoutPadding` takes out.
 *
 * libvips tells the first warning alone, and a harmless one may hide another. So a file is decoded as it is, and no
 * warning let pass; when that fails it is mended, and again no warning is let pass.
 */

/** A scan of a sequential JPEG has all 64 coefficients in full: first, last, and no bits held back. */
const WHOLE_SPECTRUM = Buffer.of(0, 63, 0);
/** Sequential: baseline, extended, and extended with arithmetic coding. */
const SEQUENTIAL_FRAMES = [0xc0, 0xc1, 0xc9];
const JFIF_MAJORS = [1, 2];
const JFIF_MAJOR_AT = 5;
/** Colour transforms that Adobe defined by the count of components, and what decoders take any other code for. */
const ADOBE_TRANSFORMS: Readonly<Record<number, { readonly known: readonly number[]; readonly assumed: number }>> = {
  3: { known: [0, 1], assumed: 1 },
  4: { known: [0, 2], assumed: 2 },
};
const ADOBE_TRANSFORM_AT = 11;

/** Encoders make a handful; a file of more was made to keep a program busy. */
const MOST_FAULTS = 1_000;

const END = Buffer.of(0xff, MARKER.eoi);

/** The file without what decoders only warn of; null where there is nothing of that, or far too much. */
export function mendedJpeg(file: Buffer): Buffer | null {
  const frame = frameOf(file);
  if (!frame) return null;
  const pieces: Buffer[] = [];
  let kept = 0;
  for (const part of partsOf(file)) {
    const bytes = file.subarray(part.start, part.end);
    const mended = mendedPart(part, bytes, frame);
    if (mended === bytes) continue;
    pieces.push(file.subarray(kept, part.start), mended);
    kept = part.end;
    if (pieces.length > 2 * MOST_FAULTS) return null;
  }
  const end = lacksItsEnd(file, frame) ? [END] : [];
  if (pieces.length + end.length === 0) return null;
  return Buffer.concat([...pieces, file.subarray(kept), ...end]);
}

/** The bytes themselves where nothing is wrong with them. */
function mendedPart({ kind, marker }: JpegPart, bytes: Buffer, frame: JpegFrame): Buffer {
  if (kind === 'stray') return Buffer.alloc(0);
  const data = kind === 'segment' ? dataOf(bytes) : Buffer.alloc(0);
  switch (marker) {
    case MARKER.sos: {
      const spectrum = data.subarray(-WHOLE_SPECTRUM.length);
      const isWhole = !SEQUENTIAL_FRAMES.includes(frame.marker) || spectrum.equals(WHOLE_SPECTRUM);
      return isWhole ? bytes : withEnd(bytes, WHOLE_SPECTRUM);
    }
    case MARKER.app0: {
      const isKnown = !begins(data, 'JFIF\0', 14) || JFIF_MAJORS.includes(data[JFIF_MAJOR_AT] as number);
      return isKnown ? bytes : withByte(bytes, data, JFIF_MAJOR_AT, JFIF_MAJORS[0] as number);
    }
    case MARKER.app14: {
      const transforms = ADOBE_TRANSFORMS[frame.components];
      const isKnown =
        !transforms ||
        !begins(data, 'Adobe', ADOBE_TRANSFORM_AT + 1) ||
        transforms.known.includes(data[ADOBE_TRANSFORM_AT] as number);
      return isKnown ? bytes : withByte(bytes, data, ADOBE_TRANSFORM_AT, transforms.assumed);
    }
    default:
      return bytes;
  }
}

function begins(data: Buffer, text: string, length: number): boolean {
  return data.length >= length && data.toString('latin1', 0, text.length) === text;
}

function withEnd(bytes: Buffer, end: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, bytes.length - end.length), end]);
}

/** A copy of a segment with another value at a place of its data. */
function withByte(segment: Buffer, data: Buffer, place: number, value: number): Buffer {
  const copy = Buffer.from(segment);
  copy[segment.length - data.length + place] = value;
  return copy;
}
