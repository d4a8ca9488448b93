import { dictionary } from '@zxcvbn-ts/language-common';
import { distance } from 'fastest-levenshtein';
import { PasswordKnowledge } from '../../domain/password-rules.ts';

/** zxcvbn's list of common passwords, and the Levenshtein distance. */
export class ListedPasswords extends PasswordKnowledge {
  private readonly common = new Set(dictionary['passwords-common'] as string[]);

  isCommon(password: string): boolean {
    return this.common.has(password);
  }

  likeness(a: string, b: string): number {
    return 1 - distance(a, b) / Math.max(a.length, b.length, 1);
  }
}

/** For the decorators of request bodies, which stand outside the container. */
export const listedPasswords = new ListedPasswords();
