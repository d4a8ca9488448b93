import type { Sharp } from 'sharp';
import type { Size } from '../domain/image-facts.ts';
import type { OperationDefinition } from '../domain/operation.ts';
import type { ParametersOf } from '../domain/parameter.ts';
import type { Step, StepTraits } from '../domain/transformation-plan.ts';

/** How sharp does one operation: `pixels` of `<name>.sharp.ts`, beside its definition. */
export interface SharpOperation<Definition> {
  /** What the plan must know of it, where it changes the picture's size from one to another. */
  traits(parameters: ParametersBy<Definition>, before: Size, after: Size): StepTraits;
  /** Adds it to the pass that `image` is; what is laid bare is white where the result is `opaque`, else transparent. */
  apply(image: Sharp, parameters: ParametersBy<Definition>, step: Step, opaque: boolean): Sharp;
}

type ParametersBy<Definition> = Definition extends OperationDefinition<string, infer P> ? ParametersOf<P> : never;

/** The order in which sharp runs the calls of one pipeline, whatever order they are made in (its `pipeline.cc`). */
export const STAGE = { greyBefore: 1, resize: 2, blur: 3, sharpen: 4, greyAfter: 5 } as const;
