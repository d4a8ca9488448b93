import type { Caller } from '../../accounts/domain/caller.ts';
import { shutOutMeanwhile } from '../../accounts/domain/errors.ts';
import type { Clock } from '../../shared/clock.ts';
import { newSigningSecret, rotated } from '../domain/signing-secret.ts';
import type { AccountSecret, AccountSecretRepository } from './ports.ts';

/** Makes the secret that signs what the account's uploads send to URLs of their own; one before signs beside it for a day. */
export class MakeAccountSecret {
  constructor(
    private readonly secrets: AccountSecretRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws invalid_token when the session has ended meanwhile */
  async execute(caller: Caller): Promise<AccountSecret> {
    const accountId = caller.ownAccountId;
    for (;;) {
      const now = this.clock.now();
      const present = await this.secrets.find(accountId);
      const signing = present ? rotated(present, now) : newSigningSecret();
      const secret = { ...signing, accountId, createdAt: now };
      const outcome = await this.secrets.keep(secret, present?.secret ?? null, caller);
      if (outcome === 'kept') return secret;
      if (outcome === 'shut_out') throw shutOutMeanwhile();
      // Another request has made one meanwhile: each is shown one of its own, and the latest two sign.
    }
  }
}
