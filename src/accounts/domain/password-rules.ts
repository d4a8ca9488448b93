import type { FaultCode } from '../../shared/application-error.ts';
import { foldedName } from './account-name.ts';

/** Length of a password, in characters. */
export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 128;

/** From this likeness on (1 is equal), a password is too close to the name or e-mail; Django's validator uses the same. */
const TOO_ALIKE = 0.7;

/** Facts about passwords that need a list or an algorithm of others. */
export abstract class PasswordKnowledge {
  abstract isCommon(password: string): boolean;
  /** How alike two texts are, from 0 to 1. */
  abstract likeness(a: string, b: string): number;
}

/** Whose password it is to be. */
export interface PasswordOwner {
  readonly username: string;
  readonly email: string;
}

/** One thing that a password must be, beside long enough. */
export interface PasswordRule {
  readonly name: string;
  /** Code of the fault. */
  readonly code: FaultCode;
  /** The expectation, as it stands in the sentence. */
  readonly what: string;
  isKept(password: string, owner: PasswordOwner, knowledge: PasswordKnowledge): boolean;
}

export const PASSWORD_RULES: readonly PasswordRule[] = [
  {
    name: 'notAllDigits',
    code: 'all_digits',
    what: 'a password that is not all digits',
    isKept: (password) => !/^\p{Nd}+$/u.test(password),
  },
  {
    name: 'notCommon',
    code: 'too_common',
    what: 'a password that is not among the most common ones',
    isKept: (password, _owner, knowledge) => !knowledge.isCommon(password.toLowerCase()),
  },
  {
    name: 'notTheName',
    code: 'too_similar',
    what: 'a password that is not too close to the username or e-mail',
    isKept: (password, { username, email }, knowledge) =>
      ![username, email, ...email.split('@')].some((part) => isTooAlike(password, part, knowledge)),
  },
];

function isTooAlike(password: string, name: string, knowledge: PasswordKnowledge): boolean {
  const [a, b] = [foldedName(password), foldedName(name)];
  if (b.length < 4) return a === b;
  const mostOfIt = a.includes(b) && b.length / a.length >= 0.5;
  return mostOfIt || knowledge.likeness(a, b) >= TOO_ALIKE;
}
