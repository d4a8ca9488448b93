import { expectation } from '../../shared/expectation.ts';
import type { ApiKey } from '../domain/api-key.ts';
import type { Caller } from '../domain/caller.ts';
import { accountProblems } from '../domain/errors.ts';
import type { ApiKeyRepository } from './ports.ts';

/** Lists an account's API keys, newest first; expired ones stay until they are revoked. */
export class ListApiKeys {
  constructor(private readonly keys: ApiKeyRepository) {}

  execute(accountId: string): Promise<ApiKey[]> {
    return this.keys.listOf(accountId);
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Revokes one of the caller's own API keys by its id; it is refused from now on. */
export class RevokeApiKey {
  constructor(private readonly keys: ApiKeyRepository) {}

  /** @throws key_not_found */
  async execute(caller: Caller, keyId: string): Promise<void> {
    const mayExist = caller.accountId !== null && UUID.test(keyId);
    const revoked = mayExist && (await this.keys.revoke(keyId.toLowerCase(), caller.accountId));
    if (!revoked) {
      throw accountProblems.keyNotFound.error(expectation('the id of one of your API keys', 'id', keyId));
    }
  }
}
