import { getMetadataStorage, type ValidationError, validateSync } from 'class-validator';
import type { Fault } from '../application-error.ts';
import { expectation, shown } from '../expectation.ts';
import { fault, MOST_FAULTS } from '../faults.ts';
import type { Place } from '../json-pointer.ts';

type Class<T> = new () => T;

const IGNORES_UNKNOWN = Symbol('ignores unknown members');

/** For a body whose members beyond those that are named are no fault, and are not looked at. */
export function IgnoresUnknownMembers(): ClassDecorator {
  return (Class) => Reflect.defineMetadata(IGNORES_UNKNOWN, true, Class);
}

/** What a check found: a value when there are no faults. */
export interface Checked<T> {
  readonly value: T;
  readonly faults: Fault[];
}

/**
 * Checks parsed JSON against a class with class-validator decorators: unknown members (unless the class ignores them),
 * missing ones and wrong ones, all at once. `place` is where the value stands in the request.
 */
export function checked<T extends object>(Class: Class<T>, raw: unknown, place: Place, name: string): Checked<T> {
  const value = new Class();
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return {
      value,
      faults: [fault(place, raw === undefined ? 'required' : 'invalid_value', expectation('an object', name, raw))],
    };
  }
  const known = memberNames(Class);
  const ignored = Reflect.getMetadata(IGNORES_UNKNOWN, Class) === true;
  const unknown = ignored ? [] : Object.keys(raw).filter((key) => !known.has(key));
  // Only known names are copied, so that a member called `__proto__` changes nothing.
  for (const key of known)
    if (Object.hasOwn(raw, key)) (value as Record<string, unknown>)[key] = (raw as Record<string, unknown>)[key];
  const torn = [...known].filter((key) => isTorn((value as Record<string, unknown>)[key]));
  const others = validateSync(value, { forbidUnknownValues: false }).filter(({ property }) => !torn.includes(property));
  const faults = [
    ...unknown.slice(0, MOST_FAULTS).map((key) => unknownMember(place, key, known)),
    ...torn.map((key) => tornText(place, key)),
    ...others.flatMap((error) => faultsOf(error, place)),
  ];
  return { value, faults };
}

/** A refusal of a member names those that are known, which class-validator's own whitelist does not tell. */
function memberNames(Class: Class<object>): Set<string> {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(Class, '', false, false);
  return new Set(metadata.map(({ propertyName }) => propertyName));
}

function unknownMember(place: Place, key: string, known: Set<string>): Fault {
  const names = known.size === 0 ? 'no members' : `only the members ${[...known].join(', ')}`;
  return fault([...place, key], 'unknown_field', `Expected ${names}, received ${shown(key)}`);
}

/** JSON can write half of a character (a lone surrogate), and every other half would be stored, and hashed, as the same. */
function isTorn(value: unknown): boolean {
  return typeof value === 'string' && !value.isWellFormed();
}

function tornText(place: Place, key: string): Fault {
  const detail = `Expected whole characters of Unicode for ${key}, received a text with a lone surrogate`;
  return fault([...place, key], 'invalid_value', detail);
}

function faultsOf({ property, value, constraints = {}, contexts = {} }: ValidationError, place: Place): Fault[] {
  const byDefault = value === undefined ? 'required' : 'invalid_value';
  return Object.entries(constraints).map(([check, detail]) =>
    fault([...place, property], contexts[check]?.code ?? byDefault, detail),
  );
}
