import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { RawPixels } from '../raw-pixels.ts';
import { PNG_SIGNATURE, pngChunk } from './png-chunks.ts';

/** Each colour of a picture once, and which of them each pixel has. */
interface IndexedPixels {
  /** Red, green, blue and alpha from the high byte to the low one. */
  readonly colours: readonly number[];
  readonly indexes: Uint8Array;
}

/** How numbers of a few bits tell colours: as shades from black to white, or by a palette. */
interface Code {
  readonly depth: number;
  readonly colourType: number;
  /** The number of each colour. */
  readonly numbers: readonly number[];
  readonly chunks: readonly Buffer[];
}

const MOST_COLOURS = 256;
const DEPTHS = [1, 2, 4, 8] as const;
const SHADES = 0;
const PALETTE = 3;
const OPAQUE = 255;

const deflated = promisify(deflate);

/**
 * A PNG that tells each pixel's colour by a number of 1, 2, 4 or 8 bits and loses nothing; null for a picture of more
 * than 256 colours. libvips makes a palette only by choosing colours, and libraries pack bits in JavaScript what zlib
 * does here at `level`, 0-9.
 */
export async function indexedPng(pixels: RawPixels, level: number): Promise<Buffer | null> {
  const indexed = indexedPixels(pixels);
  if (!indexed) return null;
  const { depth, colourType, numbers, chunks } = shadeCode(indexed.colours) ?? paletteCode(indexed.colours);
  const { width, height } = pixels.info;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType], 8);
  const rows = packedRows(indexed.indexes, numbers, { width, height, depth });
  return Buffer.concat([
    PNG_SIGNATURE,
    pngChunk('IHDR', header),
    ...chunks,
    pngChunk('IDAT', await deflated(rows, { level })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function indexedPixels({ data, info: { channels } }: RawPixels): IndexedPixels | null {
  const indexes = new Uint8Array(data.length / channels);
  const places = new Map<number, number>();
  let last = -1;
  let place = 0;
  for (let pixel = 0, at = 0; pixel < indexes.length; pixel += 1, at += channels) {
    const colour = colourAt(data, at, channels);
    if (colour !== last) {
      last = colour;
      const known = places.get(colour);
      if (known === undefined && places.size === MOST_COLOURS) return null;
      place = known ?? places.size;
      if (known === undefined) places.set(colour, place);
    }
    indexes[pixel] = place;
  }
  return { colours: [...places.keys()], indexes };
}

/** Of grey, grey and alpha, red green blue, or red green blue alpha. */
function colourAt(data: Buffer, at: number, channels: number): number {
  const first = data[at] as number;
  const isGrey = channels < 3;
  const second = isGrey ? first : (data[at + 1] as number);
  const third = isGrey ? first : (data[at + 2] as number);
  const alpha = channels % 2 === 0 ? (data[at + channels - 1] as number) : OPAQUE;
  return ((first << 24) | (second << 16) | (third << 8) | alpha) >>> 0;
}

function bytesOf(colour: number): [red: number, green: number, blue: number, alpha: number] {
  return [colour >>> 24, (colour >>> 16) & 0xff, (colour >>> 8) & 0xff, colour & 0xff];
}

/** Opaque greys that are all shades of some depth, e.g. 0, 85, 170 and 255 of 2 bits; null for other colours. */
function shadeCode(colours: readonly number[]): Code | null {
  const greys = colours.map(bytesOf);
  if (greys.some(([red, green, blue, alpha]) => red !== green || green !== blue || alpha !== OPAQUE)) return null;
  for (const depth of DEPTHS) {
    const step = 255 / (2 ** depth - 1);
    if (greys.every(([shade]) => shade % step === 0))
      return { depth, colourType: SHADES, numbers: greys.map(([shade]) => shade / step), chunks: [] };
  }
  return null;
}

/** Those that are not opaque come first: alpha of the others need not be written. */
function paletteCode(colours: readonly number[]): Code {
  const order = colours.map((_, i) => i).sort((a, b) => alphaOf(colours, a) - alphaOf(colours, b));
  const numbers = new Array<number>(colours.length);
  order.forEach((place, number) => {
    numbers[place] = number;
  });
  const sorted = order.map((place) => bytesOf(colours[place] as number));
  const alphas = sorted.map(([, , , alpha]) => alpha).filter((alpha) => alpha < OPAQUE);
  const depth = DEPTHS.find((bits) => colours.length <= 2 ** bits) as number;
  const palette = pngChunk('PLTE', Uint8Array.from(sorted.flatMap((bytes) => bytes.slice(0, 3))));
  const transparency = alphas.length > 0 ? [pngChunk('tRNS', Uint8Array.from(alphas))] : [];
  return { depth, colourType: PALETTE, numbers, chunks: [palette, ...transparency] };
}

function alphaOf(colours: readonly number[], place: number): number {
  return (colours[place] as number) & 0xff;
}

/** Rows of numbers, each begun by 0 for "as it is" and filled up to a whole byte. */
function packedRows(
  indexes: Uint8Array,
  numbers: readonly number[],
  { width, height, depth }: { width: number; height: number; depth: number },
): Buffer {
  const rowBytes = 1 + Math.ceil((width * depth) / 8);
  const rows = Buffer.alloc(rowBytes * height);
  for (let y = 0, pixel = 0; y < height; y += 1) {
    const row = y * rowBytes + 1;
    for (let x = 0; x < width; x += 1, pixel += 1) {
      const bit = x * depth;
      const number = numbers[indexes[pixel] as number] as number;
      rows[row + (bit >> 3)] = (rows[row + (bit >> 3)] as number) | (number << (8 - depth - (bit & 7)));
    }
  }
  return rows;
}
