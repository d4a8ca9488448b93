import { expectation } from '../../shared/expectation.ts';
import { isUuid } from '../../shared/uuid.ts';
import { accountProblems } from '../domain/errors.ts';
import type { ApiKeyRepository } from './ports.ts';

/** Revokes one of an account's own API keys by its id; it is refused from now on. */
export class RevokeApiKey {
  constructor(private readonly keys: ApiKeyRepository) {}

  /** @throws key_not_found */
  async execute(accountId: string, keyId: string): Promise<void> {
    const isRevoked = isUuid(keyId) && (await this.keys.revoke(keyId.toLowerCase(), accountId));
    if (!isRevoked) {
      throw accountProblems.keyNotFound.error(expectation('the id of one of your API keys', 'id', keyId));
    }
  }
}
