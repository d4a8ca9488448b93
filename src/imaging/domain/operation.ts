import type { EncodingWish } from './encoding.ts';
import type { Size } from './image-facts.ts';
import type { Move } from './moves.ts';
import type { Parameters, ParametersOf } from './parameter.ts';
import type { Warning } from './warning.ts';

/** Why a size is refused, in the parts of a sentence: *a box within …*, and *one of …*. */
export interface SizeRefusal {
  readonly expected: string;
  readonly received: string;
}

/** Why parameters do not go together. */
export interface ParameterFault {
  /** Which one is at fault; left out where all of them are. */
  readonly parameter?: string;
  /** *Expected … for <operation>, received …*. */
  readonly expected: string;
  readonly received: unknown;
}

/**
 * All that the service knows of one operation but how its pixels are made, which stands beside it. From it come its
 * validation, type, schema and documentation, its controls on the pages, and its part of the outcome.
 */
export interface OperationDefinition<Type extends string = string, P extends Parameters = Parameters> {
  /** The API's word for it; its folder has the same name. */
  readonly type: Type;
  /** Its name on pages. */
  readonly title: string;
  readonly about: string;
  readonly parameters: P;
  /** How it moves the pixels of a picture of this size; one that has this needs nothing else to be done. */
  moves?(size: Size, parameters: ParametersOf<P>): readonly Move[];
  /** What is wrong with the parameters together, each of which may be. */
  check?(parameters: ParametersOf<P>): readonly ParameterFault[];
  /** The same in keywords of JSON Schema, for the document; types that are made from it do not tell. */
  readonly checkSchema?: Readonly<Record<string, unknown>>;
  /** Defaults that depend on which others are given. */
  fillIn?(parameters: ParametersOf<P>): ParametersOf<P>;
  /** Why a picture of this size cannot be given to it; null where it can. */
  refusal?(size: Size, parameters: ParametersOf<P>): SizeRefusal | null;
  /** What its caller should know, though it succeeds on a picture of this size. */
  warning?(size: Size, parameters: ParametersOf<P>): Omit<Warning, 'pointer'> | null;
  /** What it asks of the encoder; of several operations the last word counts, wherever it stands. */
  asks?(parameters: ParametersOf<P>): EncodingWish;
}

export function defineOperation<const Type extends string, const P extends Parameters>(
  definition: OperationDefinition<Type, P>,
): OperationDefinition<Type, P> {
  return definition;
}
