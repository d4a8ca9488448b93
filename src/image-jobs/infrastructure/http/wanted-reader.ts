import type { Caller } from '../../../accounts/domain/caller.ts';
import { expectation } from '../../../shared/expectation.ts';
import { fault } from '../../../shared/http/checked.ts';
import type { PresetRepository } from '../../application/ports.ts';
import { type ParsedWanted, parseWanted, parseWantedForm, type WantedMembers } from './wanted.parser.ts';

/**
 * Reads what a request wants to be made of pictures: `operations`, `outputs` or a `preset`, one of them. What a preset says
 * is read anew under the caller's policy of today.
 */
export class WantedReader {
  constructor(private readonly presets: PresetRepository) {}

  /** From the texts of a form's fields. */
  inForm(texts: Readonly<Record<string, readonly string[]>>, caller: Caller): Promise<ParsedWanted> {
    return this.resolved(parseWantedForm(texts, caller), caller);
  }

  /** From the members of a JSON body. */
  in(members: WantedMembers, caller: Caller): Promise<ParsedWanted> {
    return this.resolved(parseWanted(members, caller), caller);
  }

  /** With what the preset says, where it is one. */
  private async resolved(parsed: ParsedWanted, caller: Caller): Promise<ParsedWanted> {
    const { wanted } = parsed;
    if (wanted.preset === undefined) return parsed;
    const preset = await this.presets.find(caller.accountId ?? '', wanted.preset);
    if (!preset) {
      const detail = expectation('the name of one of your presets', 'preset', wanted.preset);
      return { wanted, faults: [fault('/preset', 'invalid_value', detail)] };
    }
    const { wanted: said, faults } = parseWanted(preset.members(), caller);
    const outdated = faults.map(({ code, pointer, detail }) => fault('/preset', code, `${detail} (${pointer} of it)`));
    return { wanted: { ...wanted, outputs: said.outputs }, faults: outdated };
  }
}
