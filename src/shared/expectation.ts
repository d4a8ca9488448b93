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
  const text = typeof value === 'string' ? escaped(value) : String(value);
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return typeof value === 'string' ? `"${cut}"` : cut;
}

function escaped(text: string): string {
  return JSON.stringify(text.slice(0, SHOWN_CHARACTERS * 2).toWellFormed())
    .slice(1, -1)
    .replaceAll(/[\u007f-\u009f\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
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
