/** Since when an account has a secret of its own; null for none. */
export type SecretAge = (accountId: string) => Promise<Date | null>;

/** What is told of the secret that signs for an account. Whoever keeps it knows this module, it does not know them. */
export class AccountSigning {
  private age: SecretAge = async () => null;

  toldBy(age: SecretAge): void {
    this.age = age;
  }

  secretSince(accountId: string): Promise<Date | null> {
    return this.age(accountId);
  }
}
