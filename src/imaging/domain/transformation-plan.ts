import type { Operation } from '../operations/operations.ts';
import type { Encoding } from './encoding.ts';
import type { Box, ImageFacts, Size } from './image-facts.ts';
import { FORMATS, type ImageFormat } from './image-format.ts';
import type { Outcome } from './outcome.ts';

/**
 * What an executor says of one operation. A pass of it decodes (or takes raw pixels), runs its steps in an order that
 * it alone fixes, and encodes (or hands raw pixels on).
 */
export interface StepTraits {
  /** The places in that order where the operation can run, first to last; none for what only sets the encoder. */
  readonly stages: readonly number[];
  /** It would change or lose transparency, so a transparent picture needs a pass of its own for it. */
  readonly touchesAlpha?: boolean;
  /** The picture may be transparent after it. */
  readonly addsAlpha?: boolean;
  /** It tells left from right or width from height, so it needs the picture as a person sees it. */
  readonly upright?: boolean;
  /** The picture has no colours after it. */
  readonly dropsColours?: boolean;
  /** How the picture must have been enlarged before it. */
  readonly enlargement?: Enlargement;
}

/** A picture that is enlarged to `whole`, and the part of that which is kept. */
export interface Enlargement {
  readonly whole: Size;
  readonly part: Box;
}

/** One operation in its place in a pass. */
export interface Step {
  readonly operation: Operation;
  readonly stage: number;
  /** Once it is enlarged, where its pass begins with that. */
  readonly before: Size;
  readonly after: Size;
  /** The format whose decoder hands over the pixels, and may reduce them meanwhile; null for raw pixels. */
  readonly decodedFrom: ImageFormat | null;
}

/** Steps that run in one go over the pixels. */
export interface Pass {
  readonly steps: readonly Step[];
  /** The transparency that the pass was given is put back after its steps. */
  readonly keepsAlpha: boolean;
  /** What becomes of the pixels that it is given before its steps; they lie as a person sees them. */
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
}

/** What the plan needs to know of an image. */
export interface PlannedImage {
  readonly source: ImageFacts;
  /** Whether its pixels can be transparent. Those of a JPEG result are laid on white while decoding, so they never are. */
  readonly hasAlpha: boolean;
  /** Whether its pixels lie in the file as a person sees them. */
  readonly isUpright: boolean;
  /** Whether it has shades of grey alone. */
  readonly isGrey: boolean;
}

/**
 * The operations as few passes as keep the meaning of their order: a step joins the pass before it when the executor's
 * own order runs it later than all that is there; otherwise it starts a new one. The first pass turns the picture
 * upright at its end.
 */
export function planTransformation(
  { source, hasAlpha, isUpright, isGrey }: PlannedImage,
  operations: readonly Operation[],
  { sizes, size, encoding, frames }: Outcome,
  traitsOf: (operation: Operation, before: Size, after: Size) => StepTraits,
): TransformationPlan {
  const { alpha: keepsAlpha } = FORMATS[encoding.format];
  const passes: OpenPass[] = [new OpenPass(false)];
  let alpha = hasAlpha && keepsAlpha;
  let upright = isUpright;
  let grey = isGrey;

  operations.forEach((operation, index) => {
    const before = sizes[index - 1] ?? { width: source.width, height: source.height };
    const after = sizes[index] as Size;
    const traits = traitsOf(operation, before, after);
    const { enlargement } = traits;
    const [first] = traits.stages;
    if (first === undefined) return;
    const addsAlpha = traits.addsAlpha === true && keepsAlpha;
    const restoresAlpha = alpha && traits.touchesAlpha === true;
    const startsAnew = restoresAlpha || enlargement !== undefined || (traits.upright === true && !upright);
    const stage = startsAnew ? undefined : passes.at(-1)?.stageFor(traits, addsAlpha);
    if (stage === undefined) {
      passes.push(new OpenPass(restoresAlpha, enlargement));
      upright = true;
    }
    const decodedFrom = passes.length === 1 ? source.format : null;
    passes
      .at(-1)
      ?.add({ operation, stage: stage ?? first, before: enlargement?.part ?? before, after, decodedFrom }, traits);
    alpha ||= addsAlpha;
    grey ||= traits.dropsColours === true;
  });
  // Pixels whose transparency was put back are raw: encoding them takes one pass more.
  if (passes.at(-1)?.keepsAlpha) passes.push(new OpenPass(false));

  return {
    source,
    frames,
    passes: passes.map(({ steps, keepsAlpha, enlargement }) => ({ steps, keepsAlpha, enlargement })),
    reducesOnLoad:
      FORMATS[source.format].reducesOnLoad && frames === 1 && (passes[0]?.steps.some(reducesBothSides) ?? false),
    size,
    encoding,
    isGrey: grey && FORMATS[encoding.format].grey,
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
  stageFor({ stages }: StepTraits, addsAlpha: boolean): number | undefined {
    if (this.keepsAlpha || (addsAlpha && this.#touchesAlpha)) return undefined;
    return stages.find((stage) => stage > this.#reached);
  }

  add(step: Step, { touchesAlpha = false }: StepTraits): void {
    this.steps.push(step);
    this.#reached = step.stage;
    this.#touchesAlpha ||= touchesAlpha;
  }
}

/** The plan in one line, e.g. `jpg 4000x3000 reduced > resize(1200,900,fill) 1200x900 | filter(blur) 1200x900 > webp 85`. */
export function planLine({ source, frames, passes, reducesOnLoad, encoding }: TransformationPlan): string {
  const input = [source.format, sizeText(source), frames > 1 && `x${frames}`, reducesOnLoad && 'reduced'];
  const output = [
    encoding.format,
    encoding.palette && 'palette',
    encoding.quality,
    encoding.effort !== 'balanced' && encoding.effort,
  ];
  const lines = passes.map(({ steps, keepsAlpha }) => [
    ...steps.map(({ operation, after }) => `${callText(operation)} ${sizeText(after)}`),
    ...(keepsAlpha ? ['alpha back'] : []),
  ]);
  lines[0]?.unshift(words(input));
  lines.at(-1)?.push(words(output));
  return lines.map((line) => line.join(' > ')).join(' | ');
}

function reducesBothSides({ before, after }: Step): boolean {
  return after.width < before.width && after.height < before.height;
}

function callText({ operation_type, parameters }: Operation): string {
  return `${operation_type}(${Object.values(parameters).join()})`;
}

function sizeText({ width, height }: Size): string {
  return `${width}x${height}`;
}

function words(parts: readonly unknown[]): string {
  return parts.filter((part) => part !== false && part !== null).join(' ');
}
