import type { EntityManager } from '@mikro-orm/core';
import { EntityRows } from '../../../database/entity-rows.ts';
import type { KeptStatements } from '../../../database/kept-statements.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import { isUuid } from '../../../shared/uuid.ts';
import { ApiKeyRepository, type Proof } from '../../application/ports.ts';
import { ApiKey } from '../../domain/api-key.ts';
import { lockLetIn } from './lock-let-in.ts';
import { proofOf, type RowWithAccount, WITH_ACCOUNT } from './proofs.ts';

/** API keys in the database. Each method is one statement or one transaction; the one that every request asks is kept. */
export class MikroOrmApiKeyRepository extends ApiKeyRepository {
  private readonly statements: KeptStatements;
  private readonly rows: EntityRows<ApiKey>;
  private readonly byPrefix: string;
  private readonly wanted: (prefix: string) => Promise<Proof<ApiKey> | null>;

  constructor(private readonly em: EntityManager) {
    super();
    this.statements = keptStatements(em);
    this.rows = new EntityRows(em, ApiKey);
    this.wanted = this.statements.finder((prefixes) => this.findAll(prefixes));
    this.byPrefix = `select ${this.rows.columns}, own_policy from api_keys ${WITH_ACCOUNT}
      where ${this.statements.isListed('prefix', 'text')}`;
  }

  /** Those who add keys to one account wait for each other, and so do they and whoever deletes it or changes its password. */
  add(key: ApiKey, most: number, sessionId: string | null): Promise<'added' | 'too_many_keys' | 'shut_out'> {
    return this.em.fork().transactional(async (em) => {
      const { accountId } = key;
      if (!(await lockLetIn(em, { accountId, sessionId, apiKey: null }))) return 'shut_out';
      if ((await em.count(ApiKey, { accountId })) >= most) return 'too_many_keys';
      await em.insert(ApiKey, key);
      return 'added';
    });
  }

  async findByPrefix(prefix: string): Promise<ApiKey | null> {
    return (await this.prove(prefix))?.of ?? null;
  }

  prove(prefix: string): Promise<Proof<ApiKey> | null> {
    return this.wanted(prefix);
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

  revokeAllOf(accountId: string): Promise<number> {
    return this.em.fork().nativeDelete(ApiKey, { accountId });
  }

  private async findAll(prefixes: readonly string[]): Promise<ReadonlyMap<string, Proof<ApiKey>>> {
    const rows = await this.statements.rows<RowWithAccount>(this.byPrefix, [this.statements.listed(prefixes)]);
    return new Map(rows.map((row) => proofOf(this.rows, row)).map((proof) => [proof.of.prefix, proof]));
  }
}
