/** Longest piece of a caller's value that a message repeats. */
const SHOWN_CHARACTERS = 64;

/**
 * A value as a message may repeat it: escaped, on one line, at most 64 characters; the insides of objects and arrays
 * are not shown.
 */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? `"${cut(value)}"` : String(value);
}

/** As many characters as fit when they are escaped; an escape is shown whole or not at all. */
function cut(text: string): string {
  let piece = '';
  for (const character of text) {
    const next = escaped(character);
    if (piece.length + next.length > SHOWN_CHARACTERS) return `${piece}…`;
    piece += next;
  }
  return piece;
}

/** As JSON escapes it, and so are the characters that nobody sees or that turn the line around. */
function escaped(character: string): string {
  return JSON.stringify(character)
    .slice(1, -1)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (hidden) =>
      hidden
        .split('')
        .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join(''),
    );
}

/** The one sentence of every refusal: *Expected <what> for <name>, received <value>*. */
export function expectation(what: string, name: string, value: unknown): string {
  return `Expected ${what} for ${name}, received ${shown(value)}`;
}

/** The same sentence for a value that must not be repeated (passwords, tokens): it names the kind of value alone. */
export function secretExpectation(what: string, name: string, value: unknown): string {
  const kind = typeof value === 'string' ? `a text of ${[...value].length} characters` : shownKind(value);
  return `Expected ${what} for ${name}, received ${kind}`;
}

function shownKind(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
