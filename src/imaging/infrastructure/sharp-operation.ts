import type { Sharp } from 'sharp';
import type { OperationDefinition } from '../domain/operation.ts';
import type { ParametersOf } from '../domain/parameter.ts';
import type { Step, StepTraits } from '../domain/transformation-plan.ts';

/** How sharp changes the values of pixels for one operation: `pixels` of `<name>.sharp.ts`, beside its definition. */
export interface SharpOperation<Definition> {
  /** What the plan must know of it. */
  traits(parameters: ParametersBy<Definition>): StepTraits;
  /** Adds it to the pass that `image` is. */
  apply(image: Sharp, parameters: ParametersBy<Definition>, step: Step): Sharp;
}

type ParametersBy<Definition> = Definition extends OperationDefinition<string, infer P> ? ParametersOf<P> : never;

/** The order in which sharp runs the calls of one pipeline, whatever order they are made in (its `pipeline.cc`). */
export const STAGE = {
  ground: 0,
  greyBefore: 1,
  cutBefore: 2,
  scale: 3,
  cutAfter: 4,
  // Before the cut, in truth: its box is turned for that.
  turn: 5,
  pad: 6,
  blur: 7,
  recomb: 8,
  sharpen: 9,
  linear: 10,
  greyAfter: 11,
} as const;
