import type { EntityManager } from '@mikro-orm/core';
import { Account } from '../../../accounts/domain/account.ts';
import type { Credential } from '../../../accounts/domain/caller.ts';
import { lockLetIn } from '../../../accounts/infrastructure/sql/lock-let-in.ts';
import { type AccountSecret, AccountSecretRepository } from '../../application/ports.ts';
import { AccountWebhookSecret } from './webhook.schema.ts';

/** The accounts' own secrets in the database. */
export class MikroOrmAccountSecretRepository extends AccountSecretRepository {
  constructor(private readonly em: EntityManager) {
    super();
  }

  async find(accountId: string): Promise<AccountSecret | null> {
    const em = this.em.fork();
    return (await em.count(Account, { id: accountId })) === 1 ? em.findOne(AccountWebhookSecret, { accountId }) : null;
  }

  /** Those who keep one for the same account wait for each other, and so do they and whoever deletes it or shuts it out. */
  keep(secret: AccountSecret, present: string | null, by: Credential): ReturnType<AccountSecretRepository['keep']> {
    return this.em.fork().transactional(async (em) => {
      const { accountId: id } = secret;
      if (!(await lockLetIn(em, by))) return 'shut_out';
      const kept = await em.findOne(AccountWebhookSecret, { accountId: id });
      if ((kept?.secret ?? null) !== present) return 'changed';
      await em.upsert(AccountWebhookSecret, secret);
      return 'kept';
    });
  }
}
