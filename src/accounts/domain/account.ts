import { foldedName } from './account-name.ts';
import type { OwnPolicy } from './usage-policy.ts';

/** A person or program that has registered. Names and e-mails are unique in one space, without regard to case. */
export class Account {
  private constructor(
    readonly id: string,
    readonly username: string,
    /** The username as it is compared. */
    readonly usernameKey: string,
    readonly email: string,
    /** The e-mail as it is compared. */
    readonly emailKey: string,
    /** The password's hash, in the PHC string format. */
    readonly passwordHash: string,
    readonly createdAt: Date,
    /** When the operator disabled it; a disabled account cannot log in. */
    readonly disabledAt: Date | null,
    /** Figures that the operator has set for it alone; null for none. */
    readonly policy: OwnPolicy | null,
  ) {}

  static register(id: string, username: string, email: string, passwordHash: string, now: Date): Account {
    return new Account(id, username, foldedName(username), email, foldedName(email), passwordHash, now, null, null);
  }
}
