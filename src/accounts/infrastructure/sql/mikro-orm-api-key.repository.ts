import { type EntityManager, LockMode } from '@mikro-orm/core';
import { isUuid } from '../../../database/uuid.ts';
import { ApiKeyRepository } from '../../application/ports.ts';
import { Account } from '../../domain/account.ts';
import { ApiKey } from '../../domain/api-key.ts';

/** Written out, since every request of a program asks it. */
const BY_PREFIX = `
  select k.* from api_keys k join accounts a on a.id = k.account_id
  where k.prefix = ? and a.disabled_at is null`;

/** API keys in the database. Each method is one statement or one transaction, on an entity manager of its own. */
export class MikroOrmApiKeyRepository extends ApiKeyRepository {
  constructor(private readonly em: EntityManager) {
    super();
  }

  /** Those who add keys to one account wait for each other, and whoever deletes it waits for them. */
  add(key: ApiKey, most: number): Promise<'added' | 'too_many_keys' | 'no_account'> {
    return this.em.fork().transactional(async (em) => {
      const { accountId } = key;
      const lockMode = LockMode.PESSIMISTIC_WRITE;
      if (!isUuid(accountId) || !(await em.findOne(Account, { id: accountId }, { lockMode }))) return 'no_account';
      if ((await em.count(ApiKey, { accountId })) >= most) return 'too_many_keys';
      await em.insert(ApiKey, key);
      return 'added';
    });
  }

  async findByPrefix(prefix: string): Promise<ApiKey | null> {
    const [row] = await this.em.getConnection().execute(BY_PREFIX, [prefix]);
    return row ? this.em.fork().map(ApiKey, row) : null;
  }

  listOf(accountId: string): Promise<ApiKey[]> {
    return this.em.fork().find(ApiKey, { accountId }, { orderBy: { createdAt: 'desc', id: 'desc' } });
  }

  async recordUse({ id, lastUsedAt }: ApiKey, now: Date): Promise<void> {
    await this.em.fork().nativeUpdate(ApiKey, { id, lastUsedAt }, { lastUsedAt: now });
  }

  async revoke(id: string, accountId: string): Promise<boolean> {
    return isUuid(id) && (await this.em.fork().nativeDelete(ApiKey, { id, accountId })) === 1;
  }

  async revokeAllOf(accountId: string): Promise<void> {
    await this.em.fork().nativeDelete(ApiKey, { accountId });
  }
}
