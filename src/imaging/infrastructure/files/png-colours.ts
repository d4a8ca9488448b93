import { deflateSync } from 'node:zlib';
import { type CodedColours, codedColours, SRGB } from './code-points.ts';
import { type Chromaticities, type ColourSpace, sharesOfWhite } from './colour-space.ts';
import { iccProfile } from './icc-profile.ts';
import { chunksOf, PNG_SIGNATURE, type PngChunk, pngChunk } from './png-chunks.ts';

/** What the numbers of a PNG mean, where the decoder does not see it by itself. */
export interface PngColours {
  readonly space: ColourSpace;
  /** Nothing but sRGB, whatever a profile in the file says. */
  readonly isSrgb: boolean;
  /** Light goes beyond a screen's white (PQ, HLG), and is read as if it did not. */
  readonly hdr: boolean;
}

const COLOUR_CHUNKS = new Set(['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM']);
/** From the first of these on, colour chunks are out of place and ignored. */
const PIXEL_CHUNKS = new Set(['PLTE', 'IDAT']);
/** Encoders write a few dozen at most; a file of more was made to keep a program busy. */
const MOST_HEAD_CHUNKS = 10_000;
/** What libpng takes for a gamma, in the chunk's units of 1/100,000. */
const GAMMAS = { from: 16, to: 625_000_000 };
/** A gamma this near to 1/2.2 means sRGB, where no primaries stand beside it: libpng and browsers draw the same line. */
const SRGB_GAMMA = { value: 1 / 2.2, tolerance: 0.05 };
const CHROMATICITY_TOLERANCE = 0.001;

/**
 * What a PNG's chunks say of its colours, since the decoder reads only `iCCP`; null where it is right by itself. The
 * first of cICP, iCCP, sRGB, gAMA with cHRM counts (PNG, third edition, 4.3), and one that makes no sense is as if
 * absent; `hasProfile` tells whether the decoder made sense of `iCCP`.
 */
export function pngColours(file: Buffer, hasProfile: boolean): PngColours | null {
  const chunks = firstOfEachType(headChunks(file));
  const header = chunks.get('IHDR')?.data;
  if (!header) return null;
  const coded = colourCodes(chunks.get('cICP')?.data, header);
  if (!coded && (hasProfile || chunks.has('sRGB'))) return null;
  const space = coded ?? measuredColours(chunks.get('gAMA')?.data, chunks.get('cHRM')?.data);
  const hdr = coded?.hdr ?? false;
  const isSrgb = space.lightOf === SRGB.lightOf && (isGrey(header) || isBt709(space.chromaticities));
  return isSrgb && !hasProfile && !hdr ? null : { space, isSrgb, hdr };
}

/** The file without colour chunks before its pixels, and with a profile in their place unless it is sRGB. */
export function withProfile(file: Buffer, { space, isSrgb }: PngColours): Buffer {
  const head = headChunks(file);
  const kept = head.filter(({ type }) => !COLOUR_CHUNKS.has(type)).map(({ start, end }) => file.subarray(start, end));
  const [header, ...others] = kept as [Buffer, ...Buffer[]];
  const profile = isSrgb ? [] : [profileChunk(iccProfile(space))];
  return Buffer.concat([PNG_SIGNATURE, header, ...profile, ...others, file.subarray(head.at(-1)?.end)]);
}

/** A name, a zero, and a zero for the only compression that there is. */
function profileChunk(profile: Buffer): Buffer {
  return pngChunk('iCCP', Buffer.concat([Buffer.from('a\0\0', 'latin1'), deflateSync(profile)]));
}

/** What stands before the pixels; nothing where it is too much to look at. */
function headChunks(file: Buffer): PngChunk[] {
  const head: PngChunk[] = [];
  for (const chunk of chunksOf(file)) {
    if (PIXEL_CHUNKS.has(chunk.type)) return head;
    if (head.push(chunk) > MOST_HEAD_CHUNKS) return [];
  }
  return head;
}

/** Of those whose checksum is right. */
function firstOfEachType(chunks: readonly PngChunk[]): Map<string, PngChunk> {
  const found = new Map<string, PngChunk>();
  for (const chunk of chunks) if (!found.has(chunk.type) && chunk.isWhole) found.set(chunk.type, chunk);
  return found;
}

/** IHDR: width, height, bits, colour type, … */
function isGrey(header: Buffer): boolean {
  return header[9] === 0 || header[9] === 4;
}

/** cICP: primaries, transfer, matrix (0 in a PNG), 1 for numbers of the full range or 0 for those of video. */
function colourCodes(data: Buffer | undefined, header: Buffer): CodedColours | null {
  const [primaries = 0, transfer = 0, matrix, fullRange] = data ?? [];
  const colours = matrix === 0 ? codedColours(primaries, transfer) : null;
  if (!colours || fullRange === 1) return colours;
  // Of 8 bits, 16 is black and 235 white (H.273, 8.3).
  const unit = 2 ** ((header[8] as number) - 8);
  const most = 256 * unit - 1;
  return {
    ...colours,
    lightOf: (value) => colours.lightOf(Math.min(1, Math.max(0, ((value * most) / unit - 16) / 219))),
  };
}

/** gAMA and cHRM; where one is missing or makes no sense, sRGB's stands for it. */
function measuredColours(gamma: Buffer | undefined, chromaticities: Buffer | undefined): ColourSpace {
  const primaries = chromaticitiesOf(chromaticities);
  return { chromaticities: primaries ?? SRGB.chromaticities, lightOf: curveOf(gamma, primaries !== null) };
}

/** Whoever measured the primaries as well means the gamma as it stands. */
function curveOf(data: Buffer | undefined, isMeasured: boolean): ColourSpace['lightOf'] {
  const stored = data?.length === 4 ? data.readUInt32BE() : 0;
  if (stored < GAMMAS.from || stored > GAMMAS.to) return SRGB.lightOf;
  const gamma = stored / 100_000;
  if (!isMeasured && Math.abs(gamma / SRGB_GAMMA.value - 1) <= SRGB_GAMMA.tolerance) return SRGB.lightOf;
  return (value) => value ** (1 / gamma);
}

function chromaticitiesOf(data: Buffer | undefined): Chromaticities | null {
  if (data?.length !== 32) return null;
  const point = (i: number) => [data.readUInt32BE(8 * i) / 100_000, data.readUInt32BE(8 * i + 4) / 100_000] as const;
  const found = { white: point(0), red: point(1), green: point(2), blue: point(3) };
  return sharesOfWhite(found).every((share) => share > 0) ? found : null;
}

function isBt709(found: Chromaticities): boolean {
  return (['white', 'red', 'green', 'blue'] as const).every((name) =>
    [0, 1].every(
      (i) => Math.abs((found[name][i] as number) - (SRGB.chromaticities[name][i] as number)) <= CHROMATICITY_TOLERANCE,
    ),
  );
}
