import { foldedName } from './account-name.ts';

export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 128;

/** From this likeness on (1 is equal), a password is too close to the name or e-mail; Django's validator uses the same. */
const TOO_ALIKE = 0.7;

/** Facts about passwords that need a list or an algorithm of others. */
export interface PasswordKnowledge {
  isCommon(password: string): boolean;
  /** How alike two texts are, from 0 to 1. */
  likeness(a: string, b: string): number;
}

/**
 * Why a password cannot be chosen, as the expectation that it breaks; null when it can. Its length is checked with the
 * other fields, before.
 */
export function passwordFault(
  password: string,
  { username, email }: { username: string; email: string },
  knowledge: PasswordKnowledge,
): string | null {
  if (/^\d+$/.test(password)) return 'a password that is not all digits';
  if (knowledge.isCommon(password.toLowerCase())) return 'a password that is not among the most common ones';
  const tooAlike = [username, ...email.split('@')].some((part) => isTooAlike(password, part, knowledge));
  return tooAlike ? 'a password that is not too close to the username or e-mail' : null;
}

function isTooAlike(password: string, name: string, knowledge: PasswordKnowledge): boolean {
  const [a, b] = [foldedName(password), foldedName(name)];
  if (b.length < 4) return a === b;
  const contained = a.includes(b) && b.length / a.length >= 0.5;
  return contained || knowledge.likeness(a, b) >= TOO_ALIKE;
}
