import { deflateSync } from 'node:zlib';
import { png, pngChunk } from './file-parts.ts';

/** Pictures as PNG stores them; the values of a pixel's channels follow each other. */
export interface StoredPixels {
  readonly width: number;
  readonly height: number;
  /** Bits of one value. */
  readonly depth: 1 | 2 | 4 | 8 | 16;
  readonly colourType: 'grey' | 'rgb' | 'palette' | 'grey and alpha' | 'rgb and alpha';
  readonly valuesAt: (x: number, y: number) => readonly number[];
  /** Chunks between the header and the pixels. */
  readonly chunks?: readonly Buffer[];
}

const COLOUR_TYPES = { grey: 0, rgb: 2, palette: 3, 'grey and alpha': 4, 'rgb and alpha': 6 };

/** A PNG written out by its specification, so that what stands in it owes nothing to the library under test. */
export function pngFile({ width, height, depth, colourType, valuesAt, chunks = [] }: StoredPixels): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, COLOUR_TYPES[colourType]], 8);
  const rows = Array.from({ length: height }, (_, y) => {
    const values = Array.from({ length: width }, (__, x) => valuesAt(x, y)).flat();
    return Buffer.concat([Buffer.of(0), packed(values, depth)]);
  });
  return png(pngChunk('IHDR', header), ...chunks, pngChunk('IDAT', deflateSync(Buffer.concat(rows))));
}

function packed(values: readonly number[], depth: number): Buffer {
  const bits = values.map((value) => value.toString(2).padStart(depth, '0')).join('');
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

/** The colours of a palette, and its alphas where it has some. */
export function paletteChunks(colours: readonly (readonly number[])[], alphas: readonly number[] = []): Buffer[] {
  const palette = pngChunk('PLTE', Buffer.from(colours.flat()));
  return alphas.length > 0 ? [palette, pngChunk('tRNS', Buffer.from(alphas))] : [palette];
}

/** PNG's colour chunks; numbers of `gAMA` and `cHRM` are in the file's unit of 1/100,000. */
export const colourChunk = {
  gAMA: (gamma: number) => pngChunk('gAMA', uint32s([gamma])),
  cHRM: (...values: readonly number[]) => pngChunk('cHRM', uint32s(values)),
  sRGB: () => pngChunk('sRGB', Buffer.of(0)),
  cICP: (primaries: number, transfer: number, matrix = 0, fullRange = 1) =>
    pngChunk('cICP', Buffer.of(primaries, transfer, matrix, fullRange)),
  iCCP: (profile: Uint8Array) =>
    pngChunk('iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(profile)])),
};

function uint32s(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value, 4 * i);
  });
  return bytes;
}
