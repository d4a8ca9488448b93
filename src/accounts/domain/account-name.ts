/** Longest username, in characters. */
export const USERNAME_LENGTH = 150;
/** Longest e-mail address, in characters (RFC 5321 allows a path of 256, brackets included). */
export const EMAIL_LENGTH = 254;

/** A name or e-mail as it is compared: NFKC and without regard to case. */
export function foldedName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** Whether a text is a username: 1-150 letters, digits and `@.+-_`. */
export function isUsername(text: string): boolean {
  return /^[\p{L}\p{N}@.+_-]+$/u.test(text) && [...text].length <= USERNAME_LENGTH;
}

/** A name with `@` could be taken for somebody's e-mail, so it must be the account's own. */
export function mayBeNamed(username: string, email: string): boolean {
  return !username.includes('@') || foldedName(username) === foldedName(email);
}
