import type { Caller } from '../../../../accounts/domain/caller.ts';
import { meantBy, type Parameter } from '../../../../imaging/domain/parameter.ts';
import {
  type AnyOperationDefinition,
  definitionNamed,
  OPERATIONS,
  type Operation,
} from '../../../../imaging/operations/operations.ts';
import type { Fault } from '../../../../shared/application-error.ts';
import { expectation } from '../../../../shared/expectation.ts';
import { fault } from '../../../../shared/faults.ts';
import { checked } from '../../../../shared/http/checked.ts';
import type { Place } from '../../../../shared/json-pointer.ts';
import { Expect, OneOf } from '../../../../shared/validation.ts';
import { parametersClass } from './parameters-class.ts';

/** The operations of a request, and every fault in them; there are operations only where there is no fault. */
export interface ParsedOperations {
  readonly operations: Operation[];
  readonly faults: Fault[];
}

/**
 * Checks a list, which stands at `place` in the request, against the definitions of operations and the caller's policy,
 * and fills in defaults.
 */
export function checkOperations(
  list: readonly unknown[],
  caller: Caller,
  place: Place = ['operations'],
): ParsedOperations {
  const most = caller.policy.operations;
  const tooMany = `Expected at most ${most} operations (limit of ${caller.limitOwner}) for ${place.join('/')}, received ${list.length}`;
  const faults = list.length > most ? [fault(place, 'over_limit', tooMany)] : [];
  const parsed = list.slice(0, most).map((raw, index) => checkOperation(raw, [...place, index], caller));
  faults.push(...parsed.flatMap((one) => one.faults));
  return { operations: faults.length > 0 ? [] : parsed.map(({ value }) => value), faults };
}

/** The envelope of every operation. */
class OperationEnvelope {
  @OneOf(OPERATIONS.map(({ type }) => type))
  operation_type: string;
  @Expect({ name: 'parameters', what: 'an object', test: isObject })
  parameters: Record<string, unknown>;
}

function checkOperation(raw: unknown, place: Place, caller: Caller): { value: Operation; faults: Fault[] } {
  const envelope = checked(OperationEnvelope, raw, place, place.join('/'));
  const { operation_type, parameters } = envelope.value;
  const definition = definitionNamed(operation_type);
  if (!definition || !isObject(parameters)) return { value: {} as Operation, faults: envelope.faults };
  const within = [...place, 'parameters'];
  const Parameters = parametersClass(definition, caller);
  const inner = checked(Parameters, parameters, within, 'parameters');
  const given = normalised(definition, inner.value as Record<string, unknown>);
  const faults = [...envelope.faults, ...inner.faults];
  // What is wrong on its own says nothing of how it goes with the others.
  if (inner.faults.length === 0) faults.push(...faultsTogether(definition, given, within));
  const value = { operation_type, parameters: definition.fillIn?.(given as never) ?? given };
  return { value: value as unknown as Operation, faults };
}

function faultsTogether(
  definition: AnyOperationDefinition,
  parameters: Record<string, unknown>,
  place: Place,
): Fault[] {
  const alone = Object.entries<Parameter>(definition.parameters).flatMap(([name, { onlyWith }]) =>
    onlyWith && parameters[name] !== undefined && parameters[onlyWith.parameter] !== onlyWith.value
      ? [
          {
            parameter: name,
            expected: `${onlyWith.parameter} ${onlyWith.value} beside ${name}`,
            received: parameters[onlyWith.parameter],
          },
        ]
      : [],
  );
  const together = definition.check?.(parameters as never) ?? [];
  return [...alone, ...together].map(({ parameter, expected, received }) =>
    fault(parameter ? [...place, parameter] : place, 'invalid_value', expectation(expected, definition.type, received)),
  );
}

function normalised({ parameters }: AnyOperationDefinition, given: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries<Parameter>(parameters).map(([name, parameter]) => {
    return [name, meaningOf(given[name], parameter) ?? parameter.default] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** A value that was checked, as it is stored. */
function meaningOf(given: unknown, parameter: Parameter): unknown {
  if (parameter.kind === 'choice') return meantBy(given, parameter);
  return parameter.kind === 'color' && typeof given === 'string' ? given.toLowerCase() : given;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
