import type { ApplicationError, Fault, FaultCode } from './application-error.ts';
import { jsonPointer, type Place } from './json-pointer.ts';
import { requestProblems } from './problems.ts';

/** Most faults that one answer reports. */
export const MOST_FAULTS = 100;

/** A fault of what stands at a place of the request. */
export function fault(place: Place, code: FaultCode, detail: string): Fault {
  return { pointer: jsonPointer(place), code, detail };
}

/** One `validation_failed` with all faults, if there are any. */
export function refusalOf(faults: readonly Fault[]): ApplicationError | undefined {
  const [first] = faults;
  if (!first) return undefined;
  const others = faults.length > 1 ? ` (and ${faults.length - 1} more, see errors)` : '';
  return requestProblems.validationFailed.error(`${first.detail}${others}`, { errors: faults.slice(0, MOST_FAULTS) });
}

/** Throws it. */
export function assertNoFaults(faults: readonly Fault[]): void {
  const refusal = refusalOf(faults);
  if (refusal) throw refusal;
}
