import type { Caller } from '../../../../accounts/domain/caller.ts';
import type { Fault } from '../../../../shared/application-error.ts';
import { expectation } from '../../../../shared/expectation.ts';
import { fault } from '../../../../shared/faults.ts';
import { DEFAULT_OUTPUT, isName, NAME_WORDS } from '../../../domain/output.ts';
import { WANTED_MEMBERS, type Wanted } from '../../../domain/wanted.ts';
import { listInForm } from './form-list.ts';
import { checkOperations } from './operation-list.ts';
import { checkOutputs } from './output-list.ts';

/** The members of a request that say what is wanted, as JSON has them; one that is left out is undefined. */
export type WantedMembers = Partial<Record<Wanted['member'], unknown>>;

/** What is wanted, and every fault in it; it is worth something only where there is no fault. */
export interface ParsedWanted {
  readonly wanted: Wanted;
  readonly faults: readonly Fault[];
}

/** Reads the members in a form's texts, as `parseWanted` does. */
export function parseWantedForm(texts: Readonly<Record<string, readonly string[]>>, caller: Caller): ParsedWanted {
  const operations = listInForm('operations', texts.operations);
  const outputs = listInForm('outputs', texts.outputs);
  const faults = [operations, outputs].flatMap((list) => list.fault ?? []);
  return faults.length > 0
    ? faulty(...faults)
    : parseWanted({ operations: operations.value, outputs: outputs.value, preset: onlyOf(texts.preset) }, caller);
}

/**
 * Reads the one of the members that there is: each value is checked against the caller's policy, and defaults are filled
 * in. Of a preset no more than its name is read.
 */
export function parseWanted(members: WantedMembers, caller: Caller): ParsedWanted {
  const [member, ...others] = WANTED_MEMBERS.filter((name) => members[name] !== undefined);
  if (member === undefined) return faulty(NOTHING);
  if (others.length > 0) {
    const received = [member, ...others].join(' and ');
    const detail = `Expected one of operations, outputs and preset, received ${received}`;
    return faulty(...others.map((name) => fault([name], 'invalid_value', detail)));
  }
  if (member === 'operations') return parseOperations(members.operations, caller);
  if (caller.accountId === null) {
    const detail = `Expected operations from an anonymous caller, received ${member}: only accounts can use it`;
    return faulty(fault([member], 'account_required', detail));
  }
  if (member === 'preset') return parsePreset(members.preset);
  const { outputs, faults } = checkOutputs(members.outputs, caller);
  return { wanted: { outputs, member }, faults };
}

const NOTHING = fault(
  ['operations'],
  'required',
  'Expected a JSON array for operations ([] re-encodes the image as it is), received nothing',
);

function parseOperations(list: unknown, caller: Caller): ParsedWanted {
  if (!Array.isArray(list))
    return faulty(fault(['operations'], 'invalid_value', expectation('a JSON array', 'operations', list)));
  const { operations, faults } = checkOperations(list, caller);
  return { wanted: { outputs: [{ name: DEFAULT_OUTPUT, operations }], member: 'operations' }, faults };
}

function parsePreset(name: unknown): ParsedWanted {
  if (isName(name)) return { wanted: { outputs: [], member: 'preset', preset: name }, faults: [] };
  return faulty(fault(['preset'], 'invalid_value', expectation(`a name of ${NAME_WORDS}`, 'preset', name)));
}

/** The one part of a field; several are no name. */
function onlyOf(parts: readonly string[] = []): unknown {
  return parts.length > 1 ? parts : parts[0];
}

function faulty(...faults: Fault[]): ParsedWanted {
  return { wanted: { outputs: [], member: 'operations' }, faults };
}
