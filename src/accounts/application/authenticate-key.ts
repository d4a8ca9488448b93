import type { Clock } from '../../shared/clock.ts';
import { Caller } from '../domain/caller.ts';
import { isKeyOf, keyPrefix } from '../domain/key-text.ts';
import type { UsagePolicies } from '../domain/usage-policy.ts';
import type { ApiKeyRepository } from './ports.ts';

/** Turns the text of an API key into its caller. The key is read each time, so one that is revoked is refused at once. */
export class AuthenticateKey {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly clock: Clock,
    private readonly policies: UsagePolicies,
  ) {}

  /** Null for a key that is mistyped, made up, expired, revoked, or of an account that is disabled or gone. */
  async execute(text: string, address: string): Promise<Caller | null> {
    const prefix = keyPrefix(text);
    const proof = prefix === null ? null : await this.keys.prove(prefix);
    const now = this.clock.now();
    if (!proof || !isKeyOf(text, proof.of.digest) || proof.of.isOver(now)) return null;
    const { of: key, ownPolicy } = proof;
    // A note that is lost is made by the next use; no request fails for it.
    if (key.isUseNews(now)) await this.keys.recordUse(key, now).catch(() => undefined);
    return Caller.program(key, address, this.policies, ownPolicy);
  }
}
