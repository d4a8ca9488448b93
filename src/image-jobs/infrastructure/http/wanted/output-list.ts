import type { Caller } from '../../../../accounts/domain/caller.ts';
import type { Fault } from '../../../../shared/application-error.ts';
import { expectation } from '../../../../shared/expectation.ts';
import { fault } from '../../../../shared/faults.ts';
import { checked } from '../../../../shared/http/checked.ts';
import type { Place } from '../../../../shared/json-pointer.ts';
import { Expect } from '../../../../shared/validation.ts';
import { isName, MOST_OUTPUTS, NAME_WORDS, type WantedOutput } from '../../../domain/output.ts';
import { checkOperations } from './operation-list.ts';

/** The outputs of a request, and every fault in them; there are outputs only where there is no fault. */
export interface ParsedOutputs {
  readonly outputs: readonly WantedOutput[];
  readonly faults: readonly Fault[];
}

/** Checks `outputs`: their number, their names, each of them once, and the operations of each. */
export function checkOutputs(list: unknown, caller: Caller): ParsedOutputs {
  const isList = Array.isArray(list) && list.length > 0 && list.length <= MOST_OUTPUTS;
  if (!isList) {
    const detail = expectation(`a JSON array of 1 to ${MOST_OUTPUTS} outputs`, 'outputs', list);
    return { outputs: [], faults: [fault(['outputs'], 'invalid_value', detail)] };
  }
  const names = new Set<string>();
  const parsed = list.map((raw, index) => checkOutput(raw, ['outputs', index], caller, names));
  const faults = parsed.flatMap((one) => one.faults);
  return { outputs: faults.length > 0 ? [] : parsed.map(({ value }) => value), faults };
}

/** One of `outputs`. */
class OutputEnvelope {
  @Expect({ name: 'name', what: NAME_WORDS, test: isName })
  name: string;
  @Expect({ name: 'operations', what: 'an array', test: Array.isArray })
  operations: unknown[];
}

/** `names` are those of the outputs before it. */
function checkOutput(
  raw: unknown,
  place: Place,
  caller: Caller,
  names: Set<string>,
): { value: WantedOutput; faults: Fault[] } {
  const { value, faults } = checked(OutputEnvelope, raw, place, place.join('/'));
  const { name } = value;
  if (names.has(name))
    faults.push(
      fault([...place, 'name'], 'name_taken', expectation('a name that no output before it has', 'name', name)),
    );
  names.add(name);
  if (!Array.isArray(value.operations)) return { value: { name, operations: [] }, faults };
  const { operations, faults: inner } = checkOperations(value.operations, caller, [...place, 'operations']);
  return { value: { name, operations }, faults: [...faults, ...inner] };
}
