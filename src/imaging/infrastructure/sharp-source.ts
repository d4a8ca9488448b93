import { readFile } from 'node:fs/promises';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import type { Warning } from '../domain/warning.ts';
import { ChildFailure } from './children/child-failure.ts';
import type { ColourSpace } from './files/colour-space.ts';
import { greyCurveOf, isSrgbCurve } from './files/grey-profile.ts';
import { MENDED_FILE } from './files/mended-file.ts';
import { pngFrames } from './files/png-animation.ts';
import { type PngColours, pngColours, withProfile } from './files/png-colours.ts';
import sharp from './guarded-sharp.ts';
import { isPlainInk } from './ink-pixels.ts';
import type { TransformationJob } from './sharp-job.ts';

/** A file that can be decoded as often as need be; nothing broken passes. */
export interface Source {
  readonly metadata: Metadata;
  readonly warnings: readonly Warning[];
  /** What light a grey picture's values mean, 0 to 1 both, where the decoder does not make them sRGB's. */
  readonly greyLight?: ColourSpace['lightOf'];
  /** Its bytes, where what decoders only warn of was set right in them. */
  readonly mended?: Buffer;
  /** A pipeline that begins with its pixels. */
  open(): Sharp;
  /** @throws Error when a decoder has complained of the file, though it came to its end. */
  assertClean(): void;
}

const HDR_FLATTENED: Warning = {
  code: 'hdr_flattened',
  detail: 'The picture is HDR (PQ or HLG); its numbers were read as if it were not.',
};

const ANIMATION_FLATTENED: Warning = {
  code: 'animation_flattened',
  detail: 'The PNG is an animation, and only its still picture was kept: an animation stays one as WebP.',
};

/** A complaint tells of one fault, and hides others; a file of more was made to keep a program busy. */
const MOST_MENDS = 20;

/**
 * What `use` makes of the file as it is or, where a decoder complains, with what it only warns of set right, one fault
 * after the other.
 * @throws what `use` threw of what nothing can set right
 */
export async function fromSource<T>(job: TransformationJob, use: (source: Source) => Promise<T>): Promise<T> {
  let mended: Buffer | null = null;
  for (let mends = 0; ; mends += 1) {
    try {
      return await use(await sourceOf(job, mended));
    } catch (error) {
      if (error instanceof ChildFailure || mends === MOST_MENDS) throw error;
      const file: Buffer = mended ?? (await readFile(job.source));
      mended = await MENDED_FILE[job.facts.format](file, (error as Error).message);
      if (!mended) throw error;
    }
  }
}

/** The file as it is or, given its bytes, as it was mended, and its colours as it tells them. */
export async function sourceOf(job: TransformationJob, mended: Buffer | null = null): Promise<Source> {
  const source = { ...(await opened(mended ?? job.source, job)), ...(mended && { mended }) };
  if (job.facts.format === 'png') return pngSource(source, mended ?? (await readFile(job.source)), job);
  return isGrey(source.metadata) ? profiledGrey(source, job) : source;
}

/** A PNG with what the decoder does not see in it by itself. */
async function pngSource(source: Source, file: Buffer, job: TransformationJob): Promise<Source> {
  const colours = pngColours(file, source.metadata.hasProfile);
  const hdr = colours?.hdr ? [HDR_FLATTENED] : [];
  const warnings = pngFrames(file) > 1 ? [...hdr, ANIMATION_FLATTENED] : hdr;
  return { ...(await coloured(source, file, colours, job)), warnings };
}

/** One whose colours the decoder does not read by itself: grey gets a curve of its own, others a profile. */
async function coloured(
  source: Source,
  file: Buffer,
  colours: PngColours | null,
  job: TransformationJob,
): Promise<Source> {
  const isShades = isGrey(source.metadata);
  if (!colours) return isShades ? profiledGrey(source, job) : source;
  if (isShades) return greyOf(source, job, colours.space.lightOf);
  return { ...source, ...(await opened(withProfile(file, colours), job)) };
}

/** A grey picture by the curve of its profile, where it has one that leads to light. */
async function profiledGrey(source: Source, job: TransformationJob): Promise<Source> {
  const { icc } = source.metadata;
  const lightOf = icc && greyCurveOf(icc);
  return lightOf ? greyOf(source, job, lightOf) : source;
}

/** A grey picture whose values mean this light, whatever a profile says. */
async function greyOf(source: Source, job: TransformationJob, lightOf: ColourSpace['lightOf']): Promise<Source> {
  const plain = await opened(source.mended ?? job.source, job, { ignoreIcc: true });
  return { ...source, ...plain, ...(!isSrgbCurve(lightOf) && { greyLight: lightOf }) };
}

/** Whether its colours are brought to sRGB in memory, after it is decoded whole: sharp does so later, or not at all. */
export function isPreparedLater({ metadata, greyLight }: Source): boolean {
  return greyLight !== undefined || (metadata.depth === 'ushort' && metadata.hasProfile) || isPlainInk(metadata);
}

/** Whether a picture has shades of grey alone. */
export function isGrey({ space }: Metadata): boolean {
  return space === 'b-w' || space === 'grey16';
}

/** A file, or the bytes of one, without a look at what its colours mean. */
export async function opened(
  input: string | Buffer,
  { facts, outcome }: TransformationJob,
  more: SharpOptions = {},
): Promise<Source> {
  // No more is decoded than the header claimed when it was checked.
  const options: SharpOptions = {
    failOn: 'warning',
    limitInputPixels: facts.width * facts.height * facts.frames,
    pages: outcome.frames === 1 ? 1 : -1,
    ...more,
  };
  const complaints: string[] = [];
  return {
    metadata: await sharp(input, options).metadata(),
    warnings: [],
    open: () => sharp(input, options).on('warning', (text: string) => isComplaint(text) && complaints.push(text)),
    assertClean() {
      if (complaints[0]) throw new Error(complaints[0]);
    },
  };
}

/** libvips stops at libjpeg's warnings, but looks for them before each strip only: those of the last one it just tells. */
function isComplaint(text: string): boolean {
  return text.startsWith('VipsJpeg');
}
