import { isUtf8 } from 'node:buffer';
import type { ApplicationError } from '../application-error.ts';
import { requestProblems } from '../problems.ts';

/**
 * The text of bytes, without the mark that it may begin with. Decoders put U+FFFD in place of whatever is no UTF-8, so that
 * two passwords, or two lists, would be the same.
 * @throws malformed_request
 */
export function utf8Text(bytes: Buffer, name: string): string {
  if (!isUtf8(bytes)) throw notUtf8(name);
  return new TextDecoder().decode(bytes);
}

/** The refusal of bytes that are no UTF-8, where `name` says which. */
export function notUtf8(name: string): ApplicationError {
  return requestProblems.malformedRequest.error(`Expected UTF-8 for ${name}, received bytes that are not`);
}
