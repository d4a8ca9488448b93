import { isSameSize, isSmaller, type Size, scaledSize } from '../domain/image-facts.ts';
import type { Pass, Step, TransformationPlan } from '../domain/transformation-plan.ts';
import { type RawPixels, rawPixelsOf } from './raw-pixels.ts';
import { stretched } from './sharp-geometry.ts';
import type { TransformationJob } from './sharp-job.ts';
import { planFor } from './sharp-plan.ts';
import { isPreparedLater, type Source, sourceOf } from './sharp-source.ts';

/** A side that is made smaller by less than this, once more, would look softer than when it is decoded for itself. */
const LEAST_REDUCTION = 1.25;

/** Pixels that were decoded once, for several pictures. */
export interface SharedDecode {
  readonly source: Source;
  /** The whole picture, as it lies in the file, made smaller. */
  readonly pixels: RawPixels;
  /** What is left to do on them for each picture that they serve. */
  readonly plans: ReadonlyMap<TransformationJob, TransformationPlan>;
  /** Time that it took. */
  readonly milliseconds: number;
}

/** A picture whose work begins with making the whole smaller. */
interface Reduced {
  readonly job: TransformationJob;
  readonly plan: TransformationPlan;
  readonly scale: Step;
}

/**
 * Decodes a source at the reduction that serves the largest of several pictures, where two at least can be made of that;
 * null where not, or where the source does not come through: then each picture is decoded for itself, and says why.
 */
export async function sharedDecode(jobs: readonly TransformationJob[]): Promise<SharedDecode | null> {
  const started = performance.now();
  const stills = jobs.filter(({ outcome }) => outcome.frames === 1);
  const [first] = stills;
  if (!first || stills.length < 2) return null;
  try {
    const source = await sourceOf(first);
    const reduced = isPreparedLater(source) ? [] : stills.flatMap((job) => reducedIn(job, planFor(source, job)));
    const size = sizeForAll(reduced);
    const served = size ? reduced.filter(({ scale }) => isServed(scale, size)) : [];
    if (!size || served.length < 2) return null;
    const pixels = await rawPixelsOf(stretched(source.open(), size, (served[0] as Reduced).scale));
    source.assertClean();
    const plans = new Map(served.map(({ job, plan }) => [job, planOnPixels(plan, size)]));
    return { source, pixels, plans, milliseconds: performance.now() - started };
  } catch {
    return null;
  }
}

function reducedIn(job: TransformationJob, plan: TransformationPlan): Reduced[] {
  if (plan.passes.some(choosesPlace)) return [];
  const scale = plan.passes[0]?.steps.find(isNoGround);
  if (scale?.task.kind !== 'scale') return [];
  return isSmaller(scale.after, scale.before) ? [{ job, plan, scale }] : [];
}

/** Whether the pixels tell which part is kept: pixels that hardly differ may tell another one. */
function choosesPlace({ steps, enlargement }: Pass): boolean {
  return (enlargement && 'by' in enlargement.part) || steps.some(({ task }) => task.kind === 'choose');
}

/** That of the largest picture, if no other one is larger on any side, or else one in proportion that covers all. */
function sizeForAll(reduced: readonly Reduced[]): Size | null {
  const sizes = reduced.map(({ scale }) => scale.after);
  const width = Math.max(...sizes.map((size) => size.width));
  const height = Math.max(...sizes.map((size) => size.height));
  const before = reduced[0]?.scale.before;
  if (!before) return null;
  const largest = sizes.find((size) => isSameSize(size, { width, height }));
  return largest ?? scaledSize(before, Math.max(width / before.width, height / before.height));
}

/** Whether these pixels give what the source itself would give. */
function isServed({ after }: Step, size: Size): boolean {
  if (isSameSize(after, size)) return true;
  return size.width / after.width >= LEAST_REDUCTION && size.height / after.height >= LEAST_REDUCTION;
}

/** White can be laid behind the picture after it is made smaller as well. */
function isNoGround({ task }: Step): boolean {
  return task.kind !== 'ground';
}

/** The plan from pixels of this size on, which the decoder hands over no more. */
function planOnPixels(plan: TransformationPlan, size: Size): TransformationPlan {
  const [first, ...others] = plan.passes;
  const { steps, ...rest } = first as Pass;
  const scale = steps.find(isNoGround) as Step;
  const isDone = isSameSize(scale.after, size);
  const left = steps.filter((step) => step !== scale || !isDone);
  const onPixels = (step: Step) => ({ ...step, decodedFrom: null, ...(step === scale && { before: size }) });
  const pass = { ...rest, steps: left.map(onPixels) };
  return { ...plan, passes: [pass, ...others] };
}
