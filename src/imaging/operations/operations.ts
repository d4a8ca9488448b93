import type { Size } from '../domain/image-facts.ts';
import type { Move } from '../domain/moves.ts';
import type { OperationDefinition } from '../domain/operation.ts';
import type { ParametersOf } from '../domain/parameter.ts';
import { adjust } from './adjust/adjust.ts';
import { compress } from './compress/compress.ts';
import { convert } from './convert/convert.ts';
import { crop } from './crop/crop.ts';
import { filter } from './filter/filter.ts';
import { flip } from './flip/flip.ts';
import { pad } from './pad/pad.ts';
import { resize } from './resize/resize.ts';
import { rotate } from './rotate/rotate.ts';
import { scale } from './scale/scale.ts';

/** The operations that a request can ask for. A new one is a folder beside these, and a name here. */
const REGISTERED = [resize, scale, crop, rotate, flip, pad, compress, convert, filter, adjust] as const;

type OperationOf<D> =
  D extends OperationDefinition<infer Type, infer P>
    ? { readonly operation_type: Type; readonly parameters: ParametersOf<P> }
    : never;

/** One step of a request, in the words of the API, checked and with its defaults filled in. */
export type Operation = OperationOf<(typeof REGISTERED)[number]>;

/** An operation as a generic reader sees it: any of the list. */
// biome-ignore lint/suspicious/noExplicitAny: each takes parameters of its own kind, which the list has checked
export type AnyOperationDefinition = OperationDefinition<string, any>;

/** The definitions of all operations, in the order in which people are shown them. */
export const OPERATIONS: readonly AnyOperationDefinition[] = REGISTERED;

const BY_TYPE = new Map(OPERATIONS.map((definition) => [definition.type, definition]));

/** The definition of an operation that has been checked. */
export function definitionOf({ operation_type }: Operation): AnyOperationDefinition {
  return BY_TYPE.get(operation_type) as AnyOperationDefinition;
}

/** How an operation moves the pixels of a picture of this size; nothing where it changes their values alone. */
export function movesOf(operation: Operation, size: Size): readonly Move[] {
  return definitionOf(operation).moves?.(size, operation.parameters) ?? [];
}

/** Whether an operation works on the values of pixels, rather than on their place or on the encoder. */
export function changesValues(operation: Operation): boolean {
  const { moves, asks } = definitionOf(operation);
  return !moves && !asks;
}

/** The definition that a caller's word names; undefined for any other word. */
export function definitionNamed(type: string): AnyOperationDefinition | undefined {
  return BY_TYPE.get(type);
}
