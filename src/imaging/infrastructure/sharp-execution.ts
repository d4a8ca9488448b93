import type { Sharp } from 'sharp';
import { isSameSize, type Size } from '../domain/image-facts.ts';
import { planLine } from '../domain/plan-line.ts';
import type { Enlargement, Pass, Step, TransformationPlan } from '../domain/transformation-plan.ts';
import { framesOf, stripOf } from './animation-frames.ts';
import { choosePlaces, partOf } from './chosen-places.ts';
import { enlargedPixels } from './enlarged-pixels.ts';
import { measured } from './files/measured-file.ts';
import { greyPixelsOf } from './grey-pixels.ts';
import { inkPixelsOf, isPlainInk } from './ink-pixels.ts';
import { writeNoLarger } from './kept-original.ts';
import { fromRawPixels, type RawPixels, rawPixelsOf, rawPixelsOf16Bits, withAlphaOf } from './raw-pixels.ts';
import type { SharedDecode } from './shared-decode.ts';
import type { TransformationJob, TransformationResult } from './sharp-job.ts';
import { applyStep } from './sharp-operations.ts';
import { planFor } from './sharp-plan.ts';
import { fromSource, type Source } from './sharp-source.ts';
import { type PlannedWork, write } from './sharp-target.ts';

/** Does the whole of one job: reads the source, runs the plan's passes, writes the target and measures it. */
export async function transform(
  job: TransformationJob,
  shared: SharedDecode | null = null,
): Promise<TransformationResult> {
  const started = performance.now();
  const result =
    (await transformedFromShared(job, shared)) ?? (await fromSource(job, (source) => transformed(source, job)));
  return { ...result, processingMs: Math.round(performance.now() - started) };
}

/** From pixels that were decoded for several pictures; null where this one cannot be made of them. */
async function transformedFromShared(job: TransformationJob, shared: SharedDecode | null): Promise<Untimed | null> {
  const plan = shared?.plans.get(job);
  if (!shared || !plan) return null;
  const work = { source: shared.source, plan };
  return finished(await afterPasses(shared.pixels, work), work, job);
}

type Untimed = Omit<TransformationResult, 'processingMs'>;

async function transformed(source: Source, job: TransformationJob): Promise<Untimed> {
  const work = { source, plan: planFor(source, job) };
  const { plan } = work;
  const result =
    plan.frames > 1 ? await animationAfterPasses(work) : await afterPasses(await preparedPixels(work), work);
  return finished(result, work, job);
}

/** Writes what a pipeline ends in, measures it, and sees to it that it is what was planned. */
async function finished(result: Sharp, work: PlannedWork, job: TransformationJob): Promise<Untimed> {
  const { source, plan } = work;
  const written = plan.encoding.neverLarger
    ? await writeNoLarger(result, work, job)
    : await write(result, work, job.target);
  source.assertClean();
  assertPlanned(written, plan);
  return { warnings: source.warnings, ...measured(job.target), ...written, plan: planLine(plan) };
}

/** A result of another size than the upload was promised is never published. */
function assertPlanned(size: Size, plan: TransformationPlan): void {
  if (isSameSize(size, plan.size)) return;
  throw new Error(`The result is ${size.width}x${size.height}, not what was planned: ${planLine(plan)}`);
}

/** Each frame goes through the passes on its own: in one strip they would bleed into each other at their edges. */
async function animationAfterPasses(work: PlannedWork): Promise<Sharp> {
  const strip = await rawPixelsOf(work.source.open());
  const frames: RawPixels[] = [];
  for (const frame of framesOf(strip)) {
    frames.push(await rawPixelsOf(await afterPasses(frame, work)));
  }
  return fromRawPixels(stripOf(frames));
}

/** A pipeline at the end of the last pass; it starts on raw pixels or, where there are none, on the file. */
async function afterPasses(start: RawPixels | null, work: PlannedWork): Promise<Sharp> {
  let raw = start;
  for (const pass of work.plan.passes.slice(0, -1)) {
    if (raw === null || pass.steps.length > 0 || pass.enlargement) raw = await pixelsAfter(pass, raw, work);
  }
  return withSteps(raw, work.plan.passes.at(-1) as Pass, work);
}

/** Pixels of a source that sharp cannot bring to sRGB in the same pass as other work, or not at all; null for most. */
async function preparedPixels(work: PlannedWork): Promise<RawPixels | null> {
  const { metadata, greyLight } = work.source;
  const is16Bits = metadata.depth === 'ushort';
  if (greyLight) return greyPixelsOf(work.source.open(), is16Bits ? 16 : 8, greyLight);
  if (isPlainInk(metadata)) return inkPixelsOf(work.source.open());
  // White behind grey of 16 bits would be sharp's 65280 of 65535.
  const isClearGrey = metadata.space === 'grey16' && metadata.hasAlpha;
  if (!is16Bits || !(metadata.hasProfile || isClearGrey)) return null;
  const image = work.source.open().withIccProfile('srgb', { attach: false });
  // Of colours it makes Display P3, and sRGB only at the very end and when that is asked for. Grey keeps its numbers,
  // unless it is still grey of 16 bits there.
  return metadata.space === 'grey16' ? rawPixelsOf16Bits(image.toColourspace('grey16')) : rawPixelsOf(image);
}

async function pixelsAfter(pass: Pass, raw: RawPixels | null, work: PlannedWork): Promise<RawPixels> {
  const result = await rawPixelsOf(await withSteps(raw, pass, work));
  return raw && pass.keepsAlpha ? withAlphaOf(raw, result) : result;
}

async function withSteps(raw: RawPixels | null, pass: Pass, work: PlannedWork): Promise<Sharp> {
  const withStep = (pipeline: Sharp, step: Step) => applyStep(pipeline, step, pass);
  if (!raw) return pass.steps.reduce(withStep, work.source.open());
  const pixels = pass.enlargement ? await enlarged(raw, pass.enlargement) : raw;
  await choosePlaces(pass, pixels);
  return pass.steps.reduce(withStep, fromRawPixels(pixels));
}

async function enlarged(raw: RawPixels, enlargement: Enlargement): Promise<RawPixels> {
  return enlargedPixels(raw, { whole: enlargement.whole, part: await partOf(enlargement, raw) });
}
