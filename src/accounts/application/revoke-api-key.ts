import { expectation } from '../../shared/expectation.ts';
import { isUuid } from '../../shared/uuid.ts';
import type { Caller } from '../domain/caller.ts';
import { accountProblems } from '../domain/errors.ts';
import type { ApiKeyRepository } from './ports.ts';

/** Revokes one of the caller's own API keys by its id; it is refused from now on. */
export class RevokeApiKey {
  constructor(private readonly keys: ApiKeyRepository) {}

  /** @throws key_not_found */
  async execute(caller: Caller, keyId: string): Promise<void> {
    const mayExist = caller.accountId !== null && isUuid(keyId);
    const revoked = mayExist && (await this.keys.revoke(keyId.toLowerCase(), caller.accountId));
    if (!revoked) {
      throw accountProblems.keyNotFound.error(expectation('the id of one of your API keys', 'id', keyId));
    }
  }
}
