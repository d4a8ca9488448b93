import type { EntityManager } from '@mikro-orm/core';
import { Account } from '../../../accounts/domain/account.ts';
import { lockRow } from '../../../database/lock-row.ts';
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

  /** Those who keep one for the same account wait for each other, and whoever deletes it waits for them. */
  keep(secret: AccountSecret, present: string | null): Promise<'kept' | 'changed' | 'no_account'> {
    return this.em.fork().transactional(async (em) => {
      const { accountId: id } = secret;
      if (!(await lockRow(em, Account, id))) return 'no_account';
      const kept = await em.findOne(AccountWebhookSecret, { accountId: id });
      if ((kept?.secret ?? null) !== present) return 'changed';
      await em.upsert(AccountWebhookSecret, secret);
      return 'kept';
    });
  }
}
