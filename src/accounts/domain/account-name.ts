/** Longest username, in characters. */
export const USERNAME_LENGTH = 150;
/** Longest e-mail address, in characters (RFC 5321 allows a path of 256, brackets included). */
export const EMAIL_LENGTH = 254;

const USERNAME = /^[\p{L}\p{N}@.+_-]+$/u;

/** A name or e-mail as it is compared: NFKC and without regard to case. */
export function foldedName(name: string): string {
  // Upper case first: some letters have two lower-case forms, or one that is several letters in upper case.
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}

/** Whether a text is a username: 1-150 letters, digits and `@.+-_`, also where one character stands for several. */
export function isUsername(text: string): boolean {
  return [text, text.normalize('NFKC')].every((form) => USERNAME.test(form) && [...form].length <= USERNAME_LENGTH);
}

/** Whether an e-mail address, whose form is checked elsewhere, is short enough, also as it is compared. */
export function isShortEnough(email: string): boolean {
  return [email, foldedName(email)].every((form) => form.length <= EMAIL_LENGTH);
}

/** A name with `@` could be taken for somebody's e-mail, so it must be the account's own. */
export function mayBeNamed(username: string, email: string): boolean {
  return !username.includes('@') || foldedName(username) === foldedName(email);
}
