const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const OWN_NAME = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether a text can be an id; PostgreSQL refuses to look for anything else in a column of UUIDs. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * Whether the service can have made this name, of a file or folder: a random UUID in small letters. Whatever else lies
 * beside what is its own is somebody else's, and is not erased.
 */
export function isOwnName(name: string): boolean {
  return OWN_NAME.test(name);
}
