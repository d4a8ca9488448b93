import type { Operation } from '../operations/operations.ts';
import type { Encoding } from './encoding.ts';
import { type Box, type ImageFacts, isSmaller, type Size } from './image-facts.ts';
import { FORMATS, type SourceFormat } from './image-format.ts';
import type { ChosenPart } from './moves.ts';
import type { Outcome } from './outcome.ts';
import { isIcon } from './reduced-whole.ts';
import { type Task, tasksOf } from './tasks.ts';

/**
 * What an executor says of one task. A pass of it decodes (or takes raw pixels), runs its steps in an order that it
 * alone fixes, and encodes (or hands raw pixels on).
 */
export interface StepTraits {
  /** The places in that order where the task can run, first to last; none for what only sets the encoder. */
  readonly stages: readonly number[];
  /** It goes on at this later place too, before which nothing else may then run. */
  readonly until?: number;
  /** It cannot run in one pass with what runs at this place. */
  readonly apartFrom?: number;
  /** It leaves pixels out: done while decoding, it would hide that some of them are lost. */
  readonly dropsPixels?: boolean;
  /** It must be given raw pixels, so it needs a pass of its own to begin with. */
  readonly takesPixels?: boolean;
  /** It would change or lose transparency, so a transparent picture needs a pass of its own for it. */
  readonly touchesAlpha?: boolean;
  /** The picture may be transparent after it. */
  readonly addsAlpha?: boolean;
  /** The picture has no colours after it. */
  readonly dropsColours?: boolean;
  /** The picture has colours after it, so a grey one needs a pass of its own for it. */
  readonly addsColours?: boolean;
}

/** A picture that is enlarged to `whole`, and the part of that which is kept. */
export interface Enlargement {
  readonly whole: Size;
  readonly part: Box | ChosenPart;
}

/** One task in its place in a pass. */
export interface Step {
  readonly task: Task;
  readonly stage: number;
  readonly before: Size;
  readonly after: Size;
  /** The format whose decoder hands over the pixels, and may reduce them meanwhile; null for raw pixels. */
  readonly decodedFrom: SourceFormat | null;
}

/** Steps that run in one go over the pixels. */
export interface Pass {
  readonly steps: readonly Step[];
  /** The transparency that the pass was given is put back after its steps. */
  readonly keepsAlpha: boolean;
  /** What becomes of the pixels that it is given before its steps. */
  readonly enlargement: Enlargement | undefined;
}

/** The work on one image: passes over its pixels, with raw pixels between them, and one encoding at the end. */
export interface TransformationPlan {
  readonly source: ImageFacts;
  /** Frames of the result. */
  readonly frames: number;
  /** The first pass decodes, the last one encodes; there is at least one. */
  readonly passes: readonly Pass[];
  /** The decoder may skip detail, since the first pass makes both sides smaller. */
  readonly reducesOnLoad: boolean;
  /** Size of the result. */
  readonly size: Size;
  readonly encoding: Encoding;
  /** The result is stored as shades of grey alone. */
  readonly isGrey: boolean;
  /** Its pixels are the source's, all of them, in their places, and so is its format. */
  readonly changesNothing: boolean;
}

/** What the plan needs to know of an image. */
export interface PlannedImage {
  readonly source: ImageFacts;
  /** Whether its pixels can be transparent. */
  readonly hasAlpha: boolean;
  /** How its pixels lie in the file, as EXIF numbers it: 1 as a person sees them. */
  readonly orientation: number;
  /** Whether it has shades of grey alone. */
  readonly isGrey: boolean;
}

/**
 * The operations as few passes as keep the meaning of their order: a step joins the pass before it when the executor's
 * own order runs it later than all that is there; otherwise it starts a new one. Setting the picture upright is the
 * first move of all.
 */
export function planTransformation(
  { source, hasAlpha, orientation, isGrey }: PlannedImage,
  operations: readonly Operation[],
  { sizes, size, encoding, frames }: Outcome,
  traitsOf: (task: Task) => StepTraits,
): TransformationPlan {
  const passes: OpenPass[] = [new OpenPass(false)];
  let alpha = hasAlpha;
  let grey = isGrey;
  const decoderReduces = FORMATS[source.format].reducesOnLoad && frames === 1;
  const surroundings = { source, orientation, decoderReduces, isOpaque: !FORMATS[encoding.format].alpha };

  for (const { task, before, after } of tasksOf(surroundings, operations, sizes)) {
    if (task.kind === 'ground' && !alpha) continue;
    const traits = traitsOf(task);
    const [first] = traits.stages;
    const addsAlpha = traits.addsAlpha === true;
    const restoresAlpha = alpha && traits.touchesAlpha === true;
    const hidesLosses = passes.length === 1 && traits.dropsPixels === true;
    const isIconOfAll = decoderReduces && passes.length === 1 && task.kind === 'scale' && isIcon(task.to);
    const takesPixels =
      isIconOfAll ||
      hidesLosses ||
      restoresAlpha ||
      traits.takesPixels === true ||
      (grey && traits.addsColours === true);
    if (task.kind === 'enlarge') passes.push(new OpenPass(false, task));
    if (first === undefined) continue;
    const stage = takesPixels ? undefined : passes.at(-1)?.stageFor(traits, addsAlpha);
    if (stage === undefined) passes.push(new OpenPass(restoresAlpha));
    const decodedFrom = passes.length === 1 ? source.format : null;
    passes.at(-1)?.add({ task, stage: stage ?? first, before, after, decodedFrom }, traits);
    alpha = (alpha || addsAlpha) && task.kind !== 'ground';
    grey = (grey || traits.dropsColours === true) && traits.addsColours !== true;
  }
  // Pixels whose transparency was put back are raw: encoding them takes one pass more.
  if (passes.at(-1)?.keepsAlpha) passes.push(new OpenPass(false));

  return {
    source,
    frames,
    passes: passes.map(({ steps, keepsAlpha, enlargement }) => ({ steps, keepsAlpha, enlargement })),
    reducesOnLoad: decoderReduces && reducesBothSides(passes[0]?.steps.find(isMove)),
    size,
    encoding,
    isGrey: grey && FORMATS[encoding.format].grey,
    changesNothing:
      encoding.format === source.format &&
      frames === source.frames &&
      passes.every(({ steps, enlargement }) => steps.length === 0 && !enlargement),
  };
}

/** A pass that may take more steps. */
class OpenPass {
  readonly steps: Step[] = [];
  readonly keepsAlpha: boolean;
  readonly enlargement: Enlargement | undefined;
  #reached = Number.NEGATIVE_INFINITY;
  #touchesAlpha = false;

  constructor(keepsAlpha: boolean, enlargement?: Enlargement) {
    this.keepsAlpha = keepsAlpha;
    this.enlargement = enlargement;
  }

  /** Where a step can still run in this pass; undefined if nowhere. */
  stageFor({ stages, apartFrom }: StepTraits, addsAlpha: boolean): number | undefined {
    if (this.keepsAlpha || (addsAlpha && this.#touchesAlpha)) return undefined;
    if (this.steps.some(({ stage }) => stage === apartFrom)) return undefined;
    return stages.find((stage) => stage > this.#reached);
  }

  add(step: Step, { touchesAlpha = false, until = step.stage }: StepTraits): void {
    this.steps.push(step);
    this.#reached = until;
    this.#touchesAlpha ||= touchesAlpha;
  }
}

function isMove({ task }: Step): boolean {
  return task.kind !== 'values' && task.kind !== 'ground';
}

function reducesBothSides(step: Step | undefined): boolean {
  return step?.task.kind === 'scale' && isSmaller(step.after, step.before);
}
