import { type EntityManager, UniqueConstraintViolationException } from '@mikro-orm/core';
import { EntityRows } from '../../../database/entity-rows.ts';
import type { KeptStatements } from '../../../database/kept-statements.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import { AccountRepository, type PasswordChange } from '../../application/ports.ts';
import { Account } from '../../domain/account.ts';
import { ApiKey } from '../../domain/api-key.ts';
import { ownerKeyOf } from '../../domain/caller.ts';
import { Session } from '../../domain/session.ts';
import type { OwnPolicy } from '../../domain/usage-policy.ts';
import { AccountName, MonthlyCount, RemovedAccount } from './account.schema.ts';

/** Accounts in the database. Each method is one statement or one transaction; what every log-in asks is kept. */
export class MikroOrmAccountRepository extends AccountRepository {
  private readonly statements: KeptStatements;
  private readonly rows: EntityRows<Account>;
  private readonly byName: string;

  constructor(private readonly em: EntityManager) {
    super();
    this.statements = keptStatements(em);
    this.rows = new EntityRows(em, Account);
    // In one: a second statement would tell, by the time it takes, that there is such a name.
    this.byName = `select ${this.rows.columns} from accounts
      where id = (select account_id from account_names where key = ?)`;
  }

  async add(account: Account): Promise<'added' | 'username_taken' | 'email_taken'> {
    const keys = new Set([account.usernameKey, account.emailKey]);
    try {
      await this.em.fork().transactional(async (em) => {
        for (const key of keys) await em.insert(AccountName, { key, accountId: account.id });
        await em.insert(Account, account);
      });
      return 'added';
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      const usernameTaken = await this.em.fork().count(AccountName, { key: account.usernameKey });
      return usernameTaken > 0 ? 'username_taken' : 'email_taken';
    }
  }

  find(id: string): Promise<Account | null> {
    return this.em.fork().findOne(Account, { id });
  }

  async findByName(foldedName: string): Promise<Account | null> {
    // A statement's text ends at a NUL; no name holds one.
    if (foldedName.includes('\0')) return null;
    const [row] = await this.statements.rows<object>(this.byName, [foldedName]);
    return row ? this.rows.object(row) : null;
  }

  changePassword(id: string, { from, to, revokeKeys = false }: PasswordChange): Promise<boolean> {
    return this.em.fork().transactional(async (em) => {
      const confirmed = from === undefined ? { id } : { id, passwordHash: from };
      if ((await em.nativeUpdate(Account, confirmed, { passwordHash: to })) === 0) return false;
      await em.nativeDelete(Session, { accountId: id });
      if (revokeKeys) await em.nativeDelete(ApiKey, { accountId: id });
      return true;
    });
  }

  async disable(id: string, now: Date): Promise<void> {
    await this.em.fork().transactional(async (em) => {
      await em.nativeUpdate(Account, { id }, { disabledAt: now });
      await em.nativeDelete(Session, { accountId: id });
    });
  }

  async enable(id: string): Promise<void> {
    await this.em.fork().nativeUpdate(Account, { id }, { disabledAt: null });
  }

  list(): Promise<Account[]> {
    return this.em.fork().find(Account, {}, { orderBy: { createdAt: 'asc', id: 'asc' } });
  }

  async changePolicy(id: string, policy: OwnPolicy | null): Promise<void> {
    await this.em.fork().nativeUpdate(Account, { id }, { policy });
  }

  async remove(id: string): Promise<void> {
    await this.em.fork().transactional(async (em) => {
      // Whoever adds something holds the account: what they have added is seen by what follows.
      if ((await em.nativeDelete(Account, { id })) === 0) return;
      await em.nativeDelete(AccountName, { accountId: id });
      await em.nativeDelete(Session, { accountId: id });
      await em.nativeDelete(ApiKey, { accountId: id });
      await em.nativeDelete(MonthlyCount, { ownerKey: ownerKeyOf(id) });
      await em.insert(RemovedAccount, { id });
    });
  }

  async removed(): Promise<string[]> {
    return (await this.em.fork().find(RemovedAccount, {})).map(({ id }) => id);
  }

  async forgetRemoved(id: string): Promise<void> {
    await this.em.fork().nativeDelete(RemovedAccount, { id });
  }
}
