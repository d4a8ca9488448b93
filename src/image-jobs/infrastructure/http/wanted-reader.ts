import type { Caller } from '../../../accounts/domain/caller.ts';
import { type ParsedWanted, parseWanted, parseWantedForm, type WantedMembers } from './wanted.parser.ts';

/** Reads what a request wants to be made of pictures: `operations`, `outputs` or a `preset`, one of them. */
export class WantedReader {
  /** From the texts of a form's fields. */
  async inForm(texts: Readonly<Record<string, readonly string[]>>, caller: Caller): Promise<ParsedWanted> {
    return parseWantedForm(texts, caller);
  }

  /** From the members of a JSON body. */
  async in(members: WantedMembers, caller: Caller): Promise<ParsedWanted> {
    return parseWanted(members, caller);
  }
}
