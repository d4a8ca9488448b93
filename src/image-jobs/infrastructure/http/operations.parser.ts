import type { Caller } from '../../../accounts/domain/caller.ts';
import type { Fault } from '../../../shared/application-error.ts';
import { expectation } from '../../../shared/expectation.ts';
import { fault } from '../../../shared/http/checked.ts';
import { checkOperations, type ParsedOperations } from './operation-list.ts';

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
  return checkOperations(list, caller);
}

const INVALID = Symbol('invalid JSON');

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return INVALID;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function faulty(...faults: Fault[]): ParsedOperations {
  return { operations: [], faults };
}
