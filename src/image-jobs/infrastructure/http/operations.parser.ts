import { applyDecorators } from '@nestjs/common';
import { ValidateIf } from 'class-validator';
import type { Caller } from '../../../accounts/domain/caller.ts';
import type { Bound, ChoiceParameter, IntegerParameter, Parameter } from '../../../imaging/domain/operation.ts';
import { type AnyOperationDefinition, OPERATIONS, type Operation } from '../../../imaging/operations/operations.ts';
import type { Fault } from '../../../shared/application-error.ts';
import { expectation } from '../../../shared/expectation.ts';
import { checked, fault } from '../../../shared/http/checked.ts';
import { Expect, IntegerBetween, OneOf } from '../../../shared/validation.ts';

const DEFINITIONS = new Map<string, AnyOperationDefinition>(
  (OPERATIONS as readonly AnyOperationDefinition[]).map((definition) => [definition.type, definition]),
);

/** The operations of a request, and every fault in them; there are operations only where there is no fault. */
export interface ParsedOperations {
  readonly operations: Operation[];
  readonly faults: Fault[];
}

/**
 * Reads the `operations` of a form: one part that holds a JSON array, or several that hold an object each, as some
 * generated clients send them. Every value is checked against the caller's policy, and defaults are filled in.
 */
export function parseOperations(parts: readonly string[], caller: Caller): ParsedOperations {
  if (parts.length === 0)
    return faulty(
      fault(
        '/operations',
        'required',
        'Expected a JSON array for operations ([] re-encodes the image as it is), received nothing',
      ),
    );
  const values: unknown[] = [];
  for (const part of parts) {
    const parsed = parsedJson(part);
    if (parsed === INVALID)
      return faulty(fault('/operations', 'invalid_json', expectation('JSON', 'operations', part)));
    values.push(parsed);
  }
  const [only] = values;
  const list = values.length === 1 && !isObject(only) ? only : values;
  if (!Array.isArray(list))
    return faulty(fault('/operations', 'invalid_value', expectation('a JSON array', 'operations', list)));
  return parseList(list, caller);
}

function parseList(list: unknown[], caller: Caller): ParsedOperations {
  const most = caller.policy.operations;
  const tooMany = `Expected at most ${most} operations (limit of ${caller.limitOwner}), received ${list.length}`;
  const faults = list.length > most ? [fault('/operations', 'over_limit', tooMany)] : [];
  const parsed = list.slice(0, most).map((raw, index) => parseOperation(raw, `/operations/${index}`, caller));
  faults.push(...parsed.flatMap((one) => one.faults));
  return { operations: faults.length > 0 ? [] : parsed.map(({ value }) => value), faults };
}

/** The envelope of every operation. */
class OperationEnvelope {
  @OneOf([...DEFINITIONS.keys()])
  operation_type: string;
  @Expect({ name: 'parameters', what: 'an object', test: isObject })
  parameters: Record<string, unknown>;
}

function parseOperation(raw: unknown, pointer: string, caller: Caller): { value: Operation; faults: Fault[] } {
  const envelope = checked(OperationEnvelope, raw, pointer, pointer.slice(1));
  const { operation_type, parameters } = envelope.value;
  const definition = DEFINITIONS.get(operation_type);
  if (!definition || !isObject(parameters)) return { value: {} as Operation, faults: envelope.faults };
  const Parameters = parametersClass(definition, caller);
  const inner = checked(Parameters, parameters, `${pointer}/parameters`, 'parameters');
  const value = { operation_type, parameters: normalised(definition, inner.value as Record<string, unknown>) };
  return { value: value as unknown as Operation, faults: [...envelope.faults, ...inner.faults] };
}

const classes = new WeakMap<object, Map<string, new () => object>>();

/** A class-validator class of an operation's parameters, with the bounds of the caller's policy. */
function parametersClass(definition: AnyOperationDefinition, caller: Caller): new () => object {
  const ofPolicy = classes.get(caller.policy) ?? new Map<string, new () => object>();
  classes.set(caller.policy, ofPolicy);
  const known = ofPolicy.get(definition.type);
  if (known) return known;
  class Parameters {}
  for (const [name, parameter] of Object.entries(definition.parameters)) {
    decoratorOf(parameter, caller)(Parameters.prototype, name);
  }
  ofPolicy.set(definition.type, Parameters);
  return Parameters;
}

function decoratorOf(parameter: Parameter, caller: Caller): PropertyDecorator {
  if (parameter.kind === 'integer') return integerDecorator(parameter, caller);
  const word = Expect({
    name: 'choice',
    what: `one of ${parameter.words.join(', ')}`,
    test: (value) => wordOf(parameter, value) !== undefined,
  });
  return parameter.default === undefined
    ? word
    : applyDecorators(
        word,
        ValidateIf((_object, value) => value !== undefined),
      );
}

function integerDecorator({ from, to }: IntegerParameter, { policy, limitOwner }: Caller): PropertyDecorator {
  const bound = (limit: Bound) => (typeof limit === 'number' ? limit : limit(policy));
  const ofPolicy = typeof from === 'function' || typeof to === 'function';
  return IntegerBetween(bound(from), bound(to), ofPolicy ? ` (limit of ${limitOwner})` : '');
}

/** The word that a value means, as it stands in the definition. */
function wordOf({ words, ignoresCase }: ChoiceParameter, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return words.find((word) => word === (ignoresCase ? value.toLowerCase() : value));
}

function normalised({ parameters }: AnyOperationDefinition, values: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(parameters).map(([name, parameter]) => {
    const value = values[name];
    return [name, parameter.kind === 'integer' ? value : (wordOf(parameter, value) ?? parameter.default)];
  });
  return Object.fromEntries(entries);
}

const INVALID = Symbol('invalid JSON');

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return INVALID;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function faulty(...faults: Fault[]): ParsedOperations {
  return { operations: [], faults };
}
