import { jpegSegment } from './file-parts.ts';

/** A block has 64 coefficients; all but the first are 0 in one of a single colour. */
const BLOCK = 64;
/** What an encoder divides the first coefficient by, which is 8 times a value above 128. */
const STEP = 8;

/** Segments before the header of the frame. */
export interface InkJpeg {
  readonly segments?: readonly Buffer[];
}

/**
 * A JPEG of 8x8 pixels of one colour in four inks (cyan, magenta, yellow, black; 255 is all of it), stored upside down
 * as Adobe's programs do and all decoders expect; written out by ITU-T T.81, so that it owes nothing to the library.
 */
export function inkJpeg(inks: readonly [number, number, number, number], { segments = [] }: InkJpeg = {}): Buffer {
  const components = [1, 2, 3, 4];
  const bits = inks.map((ink) => codeOf(255 - ink - 128)).join('');
  return Buffer.concat([
    Buffer.of(0xff, 0xd8),
    jpegSegment(0xee, Buffer.from('Adobe\0d\0\0\0\0\0', 'latin1')),
    ...segments,
    jpegSegment(0xdb, Buffer.concat([Buffer.of(0), Buffer.alloc(BLOCK, STEP)])),
    jpegSegment(0xc0, Buffer.of(8, 0, 8, 0, 8, 4, ...components.flatMap((id) => [id, 0x11, 0]))),
    // Differences of 0 to 8 bits have codes of four bits, counted upwards.
    jpegSegment(0xc4, Buffer.of(0x00, 0, 0, 0, 9, ...Array<number>(12).fill(0), 0, 1, 2, 3, 4, 5, 6, 7, 8)),
    // The end of a block is the only code: one bit.
    jpegSegment(0xc4, Buffer.of(0x10, 1, ...Array<number>(15).fill(0), 0)),
    jpegSegment(0xda, Buffer.of(4, ...components.flatMap((id) => [id, 0]), 0, 63, 0)),
    packed(bits),
    Buffer.of(0xff, 0xd9),
  ]);
}

/** A difference from 0, and the end of its block. */
function codeOf(difference: number): string {
  const length = difference === 0 ? 0 : Math.abs(difference).toString(2).length;
  const value = difference < 0 ? difference + 2 ** length - 1 : difference;
  return `${length.toString(2).padStart(4, '0')}${length > 0 ? value.toString(2).padStart(length, '0') : ''}0`;
}

/** Filled with ones; a byte of ones is followed by a zero. */
function packed(bits: string): Buffer {
  const bytes = (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '1'), 2));
  return Buffer.from(bytes.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte])));
}
