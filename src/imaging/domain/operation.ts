import type { UsagePolicy } from '../../accounts/domain/usage-policy.ts';
import type { Size } from './image-facts.ts';

/** A bound that is the same for all, or that the caller's policy sets. */
export type Bound = number | ((policy: UsagePolicy) => number);

/** A whole number within bounds, both included. */
export interface IntegerParameter {
  readonly kind: 'integer';
  readonly from: Bound;
  readonly to: Bound;
  readonly about: string;
  readonly example: number;
}

/** One of a few words; `ignoresCase` takes them in any case and stores them as they stand here. */
export interface ChoiceParameter<Word extends string = string> {
  readonly kind: 'choice';
  readonly words: readonly Word[];
  readonly about: string;
  /** What it is when the caller leaves it out; without one it is required. */
  readonly default?: Word;
  readonly ignoresCase?: boolean;
}

export type Parameter = IntegerParameter | ChoiceParameter;

type ValueOf<P extends Parameter> = P extends ChoiceParameter<infer Word> ? Word : number;

/** The parameters of an operation as they are stored: checked, with their defaults filled in. */
export type ParametersOf<P extends Record<string, Parameter>> = { readonly [Name in keyof P]: ValueOf<P[Name]> };

/**
 * All that the service knows of one operation: from it come its validation, its documentation and its type.
 * What it does to pixels stands in `processing/`.
 */
export interface OperationDefinition<Type extends string, P extends Record<string, Parameter>> {
  readonly type: Type;
  readonly about: string;
  readonly parameters: P;
  /** Size of the picture after it; left out where it stays. */
  sizeAfter?(size: Size, parameters: ParametersOf<P>): Size;
}

export function defineOperation<const Type extends string, const P extends Record<string, Parameter>>(
  definition: OperationDefinition<Type, P>,
): OperationDefinition<Type, P> {
  return definition;
}

export function integer(from: Bound, to: Bound, about: string, example: number): IntegerParameter {
  return { kind: 'integer', from, to, about, example };
}

export function choice<const Word extends string>(
  words: readonly Word[],
  about: string,
  options: { default?: Word; ignoresCase?: boolean } = {},
): ChoiceParameter<Word> {
  return { kind: 'choice', words, about, ...options };
}
