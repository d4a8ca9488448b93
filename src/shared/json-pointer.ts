/** Most characters of one name that a pointer repeats: it may be a caller's own. */
const SHOWN_CHARACTERS = 64;

/** Where something stands in a request: the names of members and the numbers of items that lead there; `[]` is the whole. */
export type Place = readonly (string | number)[];

/** The JSON pointer to a place (RFC 6901), e.g. `/operations/1/parameters/quality`; of each name at most 64 characters. */
export function jsonPointer(place: Place): string {
  return place.map((token) => `/${escaped(String(token))}`).join('');
}

function escaped(token: string): string {
  return token.slice(0, SHOWN_CHARACTERS).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1');
}
