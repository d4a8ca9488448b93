import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import type { Size } from '../domain/image-facts.ts';
import { FORMATS } from '../domain/image-format.ts';
import {
  type Pass,
  planLine,
  planTransformation,
  type Step,
  type TransformationPlan,
} from '../domain/transformation-plan.ts';
import { animationOf, framesOf, stripOf, upright } from './animation-frames.ts';
import sharp from './guarded-sharp.ts';
import { fromRawPixels, type RawPixels, rawPixelsOf, withAlphaOf } from './raw-pixels.ts';
import { encode } from './sharp-encoders.ts';
import type { TransformationJob, TransformationResult } from './sharp-job.ts';
import { applyStep, sharpTraitsOf } from './sharp-operations.ts';

/** An image whose header is read: what is to be done, and how it is opened. */
interface OpenedImage {
  readonly path: string;
  readonly options: SharpOptions;
  readonly metadata: Metadata;
  readonly plan: TransformationPlan;
}

/** So much of a result is read at once to measure it: most results fit. */
const READ_BYTES = 1024 * 1024;

/** Does the whole of one job: reads the source, runs the plan's passes, writes the target and measures it. */
export async function transform(job: TransformationJob): Promise<TransformationResult> {
  const image = await openImage(job);
  const { plan, metadata } = image;
  const result =
    plan.frames > 1 ? await animationAfterPasses(image) : await afterPasses(await preparedPixels(image), image);
  const info = await encode(result, plan.encoding, animationOf(metadata, plan.frames)).toFile(job.target);
  const size = { width: info.width, height: info.pageHeight ?? info.height };
  assertPlanned(size, plan);
  return { ...(await measured(job.target)), ...size, warnings: [], plan: planLine(plan) };
}

/** A result of another size than the upload was promised is never published. */
function assertPlanned({ width, height }: Size, plan: TransformationPlan): void {
  if (width === plan.size.width && height === plan.size.height) return;
  throw new Error(`The result is ${width}x${height}, not what was planned: ${planLine(plan)}`);
}

/** How a source is read: nothing broken passes, and no more is decoded than the header claimed when it was checked. */
export function sourceOptions({ facts, outcome }: TransformationJob): SharpOptions {
  return {
    failOn: 'warning',
    limitInputPixels: facts.width * facts.height * facts.frames,
    pages: outcome.frames === 1 ? 1 : -1,
  };
}

async function openImage(job: TransformationJob): Promise<OpenedImage> {
  const options = sourceOptions(job);
  const metadata = await sharp(job.source, options).metadata();
  const { facts: source, operations, outcome } = job;
  // The frames of an animation are turned upright before they go through the passes.
  const isUpright = (metadata.orientation ?? 1) === 1 || outcome.frames > 1;
  const planned = { source, hasAlpha: metadata.hasAlpha, isUpright };
  const plan = planTransformation(planned, operations, outcome, sharpTraitsOf);
  return { path: job.source, options, metadata, plan };
}

/** Each frame goes through the passes on its own: in one strip they would bleed into each other at their edges. */
async function animationAfterPasses(image: OpenedImage): Promise<Sharp> {
  const strip = await rawPixelsOf(sharp(image.path, image.options));
  const frames: RawPixels[] = [];
  for (const frame of framesOf(strip)) {
    const start = await upright(frame, image.metadata.orientation);
    frames.push(await rawPixelsOf(await afterPasses(start, image)));
  }
  return fromRawPixels(stripOf(frames));
}

/** A pipeline at the end of the last pass; it starts on raw pixels or, where there are none, on the file. */
async function afterPasses(start: RawPixels | null, image: OpenedImage): Promise<Sharp> {
  let raw = start;
  for (const pass of image.plan.passes.slice(0, -1)) {
    if (raw === null || pass.steps.length > 0) raw = await pixelsAfter(pass, raw, image);
  }
  return withSteps(raw, image.plan.passes.at(-1) as Pass, image);
}

/** Pixels of a source that sharp cannot bring upright or to sRGB in the same pass as other work; null for most. */
async function preparedPixels(image: OpenedImage): Promise<RawPixels | null> {
  const { metadata, plan } = image;
  // sharp turns pictures after it has scaled them, and what it enlarges lies half a pixel beside the centre.
  const turnsFirst = (metadata.orientation ?? 1) > 1 && (plan.passes[0]?.steps.some(enlarges) ?? false);
  // Of 16-bit pixels with a profile it makes Display P3, and sRGB only at the very end and when that is asked for.
  const wideColours = metadata.depth === 'ushort' && metadata.hasProfile;
  if (wideColours) return rawPixelsOf(opened(image).autoOrient().withIccProfile('srgb', { attach: false }));
  return turnsFirst ? rawPixelsOf(opened(image).autoOrient()) : null;
}

function enlarges({ before, after }: Step): boolean {
  return after.width > before.width || after.height > before.height;
}

async function pixelsAfter(pass: Pass, raw: RawPixels | null, image: OpenedImage): Promise<RawPixels> {
  const result = await rawPixelsOf(withSteps(raw, pass, image));
  return raw && pass.keepsAlpha ? withAlphaOf(raw, result) : result;
}

function withSteps(raw: RawPixels | null, { steps }: Pass, image: OpenedImage): Sharp {
  const opaque = !FORMATS[image.plan.encoding.format].alpha;
  const withStep = (pipeline: Sharp, step: Step) => applyStep(pipeline, step, opaque);
  if (raw) return steps.reduce(withStep, fromRawPixels(raw));
  // Told to turn the picture only after the steps, sharp turns it between scaling and cutting; told before, it would
  // turn it first, and decode every pixel for that.
  return steps.reduce(withStep, opened(image)).autoOrient();
}

/** The file, and on white where the result cannot be transparent. */
function opened({ path, options, plan }: OpenedImage): Sharp {
  const image = sharp(path, options);
  return FORMATS[plan.encoding.format].alpha ? image : image.flatten({ background: 'white' });
}

/** Bytes of a file, and their SHA-256 in hex. */
async function measured(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  return { bytes, sha256: hash.digest('hex') };
}
