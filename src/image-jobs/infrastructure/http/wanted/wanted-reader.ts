import type { Caller } from '../../../../accounts/domain/caller.ts';
import type { Fault } from '../../../../shared/application-error.ts';
import { expectation } from '../../../../shared/expectation.ts';
import { fault } from '../../../../shared/faults.ts';
import type { PresetRepository } from '../../../application/ports.ts';
import { type ParsedWanted, parseWanted, parseWantedForm, type WantedMembers } from './parse-wanted.ts';

/** What is wanted, and what is wrong with it. */
export interface ReadWanted extends ParsedWanted {
  /** What is wrong with its preset, not with the request: it may have been otherwise when the same request came before. */
  readonly presetFaults: readonly Fault[];
}

/**
 * Reads what a request wants to be made of pictures: `operations`, `outputs` or a `preset`, one of them. What a preset says
 * is read anew under the caller's policy of today.
 */
export class WantedReader {
  constructor(private readonly presets: PresetRepository) {}

  /** From the texts of a form's fields. */
  inForm(texts: Readonly<Record<string, readonly string[]>>, caller: Caller): Promise<ReadWanted> {
    return this.resolved(parseWantedForm(texts, caller), caller);
  }

  /** From the members of a JSON body. */
  async in(members: WantedMembers, caller: Caller): Promise<ParsedWanted> {
    const { wanted, faults, presetFaults } = await this.resolved(parseWanted(members, caller), caller);
    return { wanted, faults: [...faults, ...presetFaults] };
  }

  /** With what the preset says, where it is one. */
  private async resolved({ wanted, faults }: ParsedWanted, caller: Caller): Promise<ReadWanted> {
    if (wanted.preset === undefined) return { wanted, faults, presetFaults: [] };
    const { accountId } = caller;
    const preset = accountId === null ? null : await this.presets.find(accountId, wanted.preset);
    if (!preset) {
      const detail = expectation('the name of one of your presets', 'preset', wanted.preset);
      return { wanted, faults, presetFaults: [fault(['preset'], 'invalid_value', detail)] };
    }
    const said = parseWanted(preset.members(), caller);
    const outdated = said.faults.map(({ code, pointer, detail }) =>
      fault(['preset'], code, `${detail} (${pointer} of it)`),
    );
    return { wanted: { ...wanted, outputs: said.wanted.outputs }, faults, presetFaults: outdated };
  }
}
