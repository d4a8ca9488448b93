import type { Caller } from '../../accounts/domain/caller.ts';
import { pictureProblems } from '../../imaging/domain/errors.ts';
import { type ImageFacts, megapixels } from '../../imaging/domain/image-facts.ts';
import { type Outcome, outcomeOf, resultPixelsOf, sourceRefusal } from '../../imaging/domain/outcome.ts';
import type { Warning } from '../../imaging/domain/warning.ts';
import type { Fault } from '../../shared/application-error.ts';
import { assertNoFaults, fault } from '../../shared/faults.ts';
import type { WantedOutput } from '../domain/output.ts';
import { pointerTo, type Wanted } from '../domain/wanted.ts';

/** What an output will be, as far as the source's header tells. */
export interface ForetoldOutput extends WantedOutput {
  readonly outcome: Outcome;
  /** With pointers into the request. */
  readonly warnings: readonly Warning[];
}

/**
 * What is wanted of a picture with these facts, foretold for this caller.
 * @throws too_many_pixels; validation_failed, with every reason why it cannot be made
 */
export function foretell(caller: Caller, facts: ImageFacts, wanted: Wanted): ForetoldOutput[] {
  assertWithinPixels(caller, facts);
  const outcomes = wanted.outputs.map(({ operations }) => outcomeOf(facts, operations, caller.policy));
  assertPossible(caller, wanted, outcomes);
  return wanted.outputs.map((output, index) => {
    const outcome = outcomes[index] as Outcome;
    return { ...output, outcome, warnings: outcome.warnings.map((warning) => pointed(warning, wanted, index)) };
  });
}

function assertWithinPixels({ policy, limitOwner }: Caller, facts: ImageFacts): void {
  const received = sourceRefusal(facts, policy);
  if (!received) return;
  const most = `an image of at most ${megapixels(policy.sourcePixels)} (limit of ${limitOwner})`;
  throw pictureProblems.tooManyPixels.error(`Expected ${most}, received ${received}`);
}

function assertPossible(caller: Caller, wanted: Wanted, outcomes: readonly Outcome[]): void {
  const errors = outcomes.flatMap(({ faults }, output) =>
    faults.map(({ index, parameter, code, expected, received }): Fault => {
      const whose = code === 'over_limit' ? ` (limit of ${caller.limitOwner})` : '';
      const name = parameter ? '' : ` for ${wanted.outputs[output]?.operations[index]?.operation_type}`;
      const detail = `Expected ${expected}${whose}${name}, received ${received}`;
      return { pointer: pointerTo(wanted, output, index, parameter), code, detail };
    }),
  );
  if (errors.length === 0) errors.push(...faultsTogether(caller, wanted, outcomes));
  assertNoFaults(errors);
}

/** The limit of one result is that of all results of a picture together. */
function faultsTogether({ policy, limitOwner }: Caller, { member }: Wanted, outcomes: readonly Outcome[]): Fault[] {
  const pixels = outcomes.reduce((sum, outcome) => sum + resultPixelsOf(outcome), 0);
  if (outcomes.length === 1 || pixels <= policy.outputPixels) return [];
  const most = `outputs of at most ${megapixels(policy.outputPixels)} together (limit of ${limitOwner})`;
  const detail = `Expected ${most}, received ones that compute to ${megapixels(pixels)}`;
  return [fault([member], 'over_limit', detail)];
}

/** An outcome knows its own list of operations alone. */
function pointed(warning: Warning, wanted: Wanted, output: number): Warning {
  const operation = /^\/operations\/(\d+)$/.exec(warning.pointer ?? '')?.[1];
  return operation === undefined ? warning : { ...warning, pointer: pointerTo(wanted, output, Number(operation)) };
}
