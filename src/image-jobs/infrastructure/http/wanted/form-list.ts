import type { Fault } from '../../../../shared/application-error.ts';
import { expectation } from '../../../../shared/expectation.ts';
import { fault } from '../../../../shared/faults.ts';

/** What the parts of a form's field hold: nothing when there are none, and a fault when one is no JSON. */
interface FormList {
  readonly value?: unknown;
  readonly fault?: Fault;
}

/**
 * A list in a form: one part that holds a JSON array, or several that hold an object each, as some generated clients send
 * them. What is no list is given as it is.
 */
export function listInForm(field: string, parts: readonly string[] = []): FormList {
  if (parts.length === 0) return {};
  const values: unknown[] = [];
  for (const part of parts) {
    const parsed = parsedJson(part);
    if (parsed === INVALID) return { fault: fault([field], 'invalid_json', expectation('JSON', field, part)) };
    values.push(parsed);
  }
  const [only] = values;
  return { value: values.length === 1 && !isObject(only) ? only : values };
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
